// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.Settings;
import io.mirrorcarp.daemon.config.Settings.Difference;
import io.mirrorcarp.daemon.config.parser.SettingsOf;
import io.mirrorcarp.daemon.control.CommandFailure;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.control.Status;
import io.mirrorcarp.daemon.host.KernelSettings;
import io.mirrorcarp.pfsync.message.FrameHeader;
import io.mirrorcarp.pfsync.protocol.ReplicationStatus.PeerStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What of the settings differs between this node and its peers. Each announces a digest of its settings; where that is news, the settings themselves are asked for
 * and compared.
 */
final class PeerSettings {
    static final String QUESTION = "settings";

    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final long READ_NANOS = Duration.ofSeconds(10).toNanos();

    /** What was compared with what. */
    private record Compared(long own, long peer, List<Difference> differences) {}

    private final Vertx vertx;
    private final Supplier<Configuration> configuration;
    private final Supplier<Optional<String>> hiddenLiberal;
    private final PeerTalk talk;
    private final Map<Integer, Compared> compared = new ConcurrentHashMap<>();
    private @Nullable Configuration readFor;
    private @Nullable Settings own;
    private long readNanos;
    private long digest;

    /** @param hiddenLiberal {@link Ground.Table#hiddenLiberal}: what this node itself sets for a time is no difference between the nodes */
    PeerSettings(
            Vertx vertx,
            Supplier<Configuration> configuration,
            Supplier<Optional<String>> hiddenLiberal,
            PeerTalk talk) {
        this.vertx = vertx;
        this.configuration = configuration;
        this.hiddenLiberal = hiddenLiberal;
        this.talk = talk;
        talk.respond(
                QUESTION,
                (words, age) ->
                        vertx.executeBlocking(() -> read(configuration.get()).text()));
    }

    /** The settings of this node as they were at most {@value #READ_NANOS} ns ago; the configuration's as they are now. May wait for the kernel. */
    synchronized Settings own() {
        Configuration present = configuration.get();
        Settings known = own;
        if (known == null || !present.equals(readFor) || System.nanoTime() - readNanos > READ_NANOS) {
            known = read(present);
            own = known;
            digest = known.digest();
            readFor = present;
            readNanos = System.nanoTime();
        }
        return known;
    }

    /** The digest of {@link #own()}, computed once for each reading. */
    synchronized long ownDigest() {
        own();
        return digest;
    }

    private Settings read(Configuration present) {
        SortedMap<String, String> values =
                new TreeMap<>(SettingsOf.shared(present).values());
        values.putAll(KernelSettings.read());
        hiddenLiberal.get().ifPresent(value -> values.put(KernelSettings.LIBERAL, value));
        values.put("carpd.version", PairWatch.ownVersion());
        values.put("carpd.frameVersion", Integer.toString(FrameHeader.HIGHEST_VERSION));
        return new Settings(values);
    }

    /** Compares with each peer whose settings, or this node's, are others than when they were compared last. */
    void look(List<PeerStatus> peers, long ownDigest) {
        List<PeerStatus> news = peers.stream()
                .filter(peer -> peer.announcement().settings() != 0)
                .filter(peer -> {
                    Compared last = compared.get(peer.creatorId());
                    return last == null
                            || last.own() != ownDigest
                            || last.peer() != peer.announcement().settings();
                })
                .toList();
        if (!news.isEmpty()) {
            compare(news);
        }
    }

    /** How many settings differ; null where that is not known. */
    @Nullable
    Integer count(PeerStatus peer) {
        Compared known = compared.get(peer.creatorId());
        return known == null ? null : known.differences().size();
    }

    /** What is known to differ from a peer. */
    List<Difference> known(PeerStatus peer) {
        Compared last = compared.get(peer.creatorId());
        return last == null ? List.of() : last.differences();
    }

    /** What is known to differ from each of these, by its name. */
    Map<String, List<Difference>> known(List<Status.PfsyncPeer> peers) {
        Map<String, List<Difference>> known = new TreeMap<>();
        for (Status.PfsyncPeer peer : peers) {
            Compared last = compared.get(HexFormat.fromHexDigits(peer.hostId()));
            if (last != null) {
                known.put(peer.node(), last.differences());
            }
        }
        return known;
    }

    /** Every difference to each peer that is there; fails where one does not answer. */
    Future<Map<String, List<Difference>>> differences() {
        return talk.allPeers("nothing can be compared").compose(this::compare).compose(replies -> {
            String silent = replies.stream()
                    .filter(reply -> !reply.isOk())
                    .map(PeerTalk.Reply::named)
                    .collect(Collectors.joining());
            if (!silent.isEmpty()) {
                return Future.failedFuture(new CommandFailure(ExitStatus.FAILED, silent.strip()));
            }
            Map<String, List<Difference>> all = new TreeMap<>();
            for (PeerTalk.Reply reply : replies) {
                Compared known = compared.get(reply.peer().creatorId());
                all.put(reply.peer().node(), known == null ? List.of() : known.differences());
            }
            return Future.succeededFuture(all);
        });
    }

    private Future<List<PeerTalk.Reply>> compare(List<PeerStatus> peers) {
        return talk.ask(peers, QUESTION, LIMIT)
                .compose(replies -> vertx.executeBlocking(() -> {
                    Settings here = own();
                    for (PeerTalk.Reply reply : replies) {
                        if (reply.isOk()) {
                            Settings there = Settings.parse(reply.text());
                            compared.put(
                                    reply.peer().creatorId(),
                                    new Compared(
                                            here.digest(),
                                            there.digest(),
                                            here.differences(SettingsOf.named(here, there))));
                        }
                    }
                    return replies;
                }));
    }
}
