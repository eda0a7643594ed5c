// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.conntrack.io.ConntrackCounter;
import io.mirrorcarp.conntrack.io.ConntrackSettings;
import io.mirrorcarp.conntrack.io.UncarriedKind;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.control.CommandFailure;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.pfsync.FlowInquiry;
import io.mirrorcarp.pfsync.PathSnapshot;
import io.mirrorcarp.pfsync.PfsyncSnapshot;
import io.mirrorcarp.pfsync.PfsyncVerticle;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.equality.PeerComparison;
import io.mirrorcarp.pfsync.flows.KnownTables;
import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.session.PeerBacklog;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Replication as the administrator sees it: on, with its parts, or off. */
final class Replication {
    /**
     * The states of the node at one moment.
     *
     * @param uncarried how many flows no other node could carry on, by their kind
     * @param offloaded how many flows a flowtable forwards
     */
    record Snapshot(
            PfsyncSnapshot pfsync,
            Map<ConntrackCounter, Long> counters,
            Map<UncarriedKind, Integer> uncarried,
            int offloaded) {
        /** The sync device in use; the first one where none is. */
        String syncdev() {
            List<PathSnapshot> paths = pfsync.paths();
            return paths.stream()
                    .filter(path -> path.standing().inUse())
                    .findFirst()
                    .orElse(paths.get(0))
                    .standing()
                    .device();
        }
    }

    private record Parts(PfsyncVerticle pfsync, Ground.Table table) {}

    private final Optional<Parts> parts;

    private Replication(Optional<Parts> parts) {
        this.parts = parts;
    }

    static Replication off() {
        return new Replication(Optional.empty());
    }

    static Replication of(PfsyncVerticle pfsync, Ground.Table table) {
        return new Replication(Optional.of(new Parts(pfsync, table)));
    }

    /** Empty when replication is off. */
    Future<Optional<Snapshot>> snapshot() {
        return parts.map(on -> on.pfsync()
                        .snapshot()
                        .map(states -> Optional.of(new Snapshot(
                                states,
                                on.table().counters().get(),
                                on.table().uncarried().get(),
                                on.table().offloaded().getAsInt()))))
                .orElse(Future.succeededFuture(Optional.empty()));
    }

    /** {@link Ground.Table#hiddenLiberal}. */
    Optional<String> hiddenLiberal() {
        return parts.flatMap(on -> on.table().hiddenLiberal().get());
    }

    /** {@link PfsyncVerticle#drained}. */
    Future<Void> drained(boolean carrying) {
        return parts.map(on -> on.pfsync().drained(carrying)).orElse(Future.succeededFuture());
    }

    /** Tells the peers what this node says of itself. */
    Future<Void> announce(Announcement announcement) {
        return parts.map(on -> on.pfsync().announce(announcement)).orElse(Future.succeededFuture());
    }

    /** Whether this node is master of a virtual host. */
    void setMaster(boolean master) {
        parts.ifPresent(on -> on.pfsync().setMaster(master));
    }

    /** Tells the peers that this node leaves a virtual host as master. */
    void resign(int vhid, long addresses) {
        parts.ifPresent(on -> on.pfsync().resign(vhid, addresses));
    }

    /** This node may have stood still: what it knows of its peers' states counts no longer before it has heard them. */
    void doubtStates() {
        parts.ifPresent(on -> on.pfsync().doubtStates());
    }

    /** Compares the digests with every peer's, and repairs what differs. */
    Future<List<PeerComparison>> verify() {
        return parts.map(on -> on.pfsync().verify()).orElse(isOff());
    }

    /** What each peer has not acknowledged. */
    Future<List<PeerBacklog>> backlogs() {
        return parts.map(on -> on.pfsync().backlogs()).orElse(isOff());
    }

    boolean isOn() {
        return parts.isPresent();
    }

    /** Names the owner of each flow. */
    Future<Void> nameOwners(FlowInquiry inquiry) {
        return parts.map(on -> on.pfsync().nameOwners(inquiry)).orElse(isOff());
    }

    /** Tells the peers that these flows end, whoever owns them; does nothing when replication is off. */
    Future<Void> endOnPurpose(FlowInquiry inquiry) {
        return parts.map(on -> on.pfsync().endOnPurpose(inquiry)).orElse(Future.succeededFuture());
    }

    /** Opens with all of these keys from now on, and seals with the active one. */
    Future<Void> useKeys(Keyring keyring) {
        return parts.map(on -> on.pfsync().useKeys(keyring)).orElse(Future.succeededFuture());
    }

    /**
     * Brings other values of the node's name and of [pfsync] into force, but for what is fixed. Where the filters are others, replication looks for what they let through
     * now and did not before.
     */
    Future<Void> change(Configuration before, Configuration after) {
        if (parts.isEmpty() || after.pfsync().isEmpty()) {
            return Future.succeededFuture();
        }
        Parts on = parts.get();
        PfsyncConfiguration pfsync = after.pfsync().get();
        ConntrackSettings chosen = PfsyncSetup.conntrack(pfsync);
        boolean filters = !before.pfsync().map(PfsyncSetup::conntrack).equals(Optional.of(chosen));
        return (filters ? on.table().filters().apply(chosen) : Future.<Void>succeededFuture())
                .compose(told ->
                        on.pfsync().change(PfsyncSetup.options(after.node(), pfsync, KnownTables.NONE), filters));
    }

    /** Asks a peer, as {@link PfsyncVerticle#ask} has it. */
    Future<Optional<String>> ask(int creatorId, String text, Duration limit) {
        return parts.map(on -> on.pfsync().ask(creatorId, text, limit))
                .orElse(Future.succeededFuture(Optional.empty()));
    }

    /** Answers the question of a peer. */
    void answer(int creatorId, long id, String text) {
        parts.ifPresent(on -> on.pfsync().answer(creatorId, id, text));
    }

    Future<Void> requestBulk() {
        return parts.map(on -> on.pfsync().requestBulk()).orElse(isOff());
    }

    private static <T> Future<T> isOff() {
        return Future.failedFuture(new CommandFailure(
                ExitStatus.FAILED, "pfsync is off: there is no [pfsync] table in the configuration"));
    }
}
