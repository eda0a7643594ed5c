// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.flows.KnownTables;
import io.mirrorcarp.pfsync.message.Question;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.mirrorcarp.pfsync.session.ReplicationSettings;
import io.mirrorcarp.pfsync.session.SyncLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** A host: a kernel, and now and then a daemon. */
final class SimulatedNode implements SyncLink, PfsyncListener {
    static final byte[] SECRET = "32 bytes that both firewalls know".getBytes(java.nio.charset.StandardCharsets.UTF_8);

    final World world;
    final String name;
    final int creatorId;
    final SimulatedKernel kernel;
    Keyring keyring = new Keyring(Map.of(1, SECRET), 1);
    Duration bulkTimeout = Duration.ofSeconds(30);
    int maxUpdates = 128;
    /** The devices of its paths. */
    List<String> paths = List.of("sync0");
    /** Of a virtual host. */
    boolean isMaster;
    /** Draws the epoch and the ids of requests. */
    RandomGenerator random;

    /** The running daemon's machine, or null. */
    Replication machine;
    /** Counts the daemon's lives. */
    int life;
    /** When the present one began. */
    long startNanos;
    /** Since when it counts how often flows change: since the start, or since the table was flushed. */
    long knowsNanos;

    /** The peers that are there, as the machine tells it. */
    final Set<String> there = new TreeSet<>();
    /** What else to do when a peer resigns. */
    Runnable onResigned = () -> {};

    /** The questions of peers, in the order in which they came. */
    final List<Question> asked = new ArrayList<>();

    Verdict verdict;
    boolean demoted;
    /** How often it was demoted for want of states. */
    int demotions;

    boolean linkDemoted;
    boolean preemptAllowed;
    Set<PeerMaster> mastersHeld = Set.of();
    Set<PeerMaster> mastersOfTheOnlyPeer = Set.of();
    /** As of the last loss of a peer. */
    Set<PeerMaster> mastersBesideTheLost = Set.of();

    private long armedNanos;
    /** What the daemon keeps on its disk. */
    private KnownTables known = KnownTables.NONE;

    SimulatedNode(World world, String name, int creatorId) {
        this.world = world;
        this.name = name;
        this.creatorId = creatorId;
        kernel = new SimulatedKernel(world, name);
        random = world.random();
    }

    void start() {
        life++;
        startNanos = world.nowNanos();
        knowsNanos = startNanos;
        verdict = Verdict.OFF;
        demoted = false;
        linkDemoted = false;
        preemptAllowed = false;
        there.clear();
        ReplicationSettings settings =
                ReplicationSettings.of(creatorId, name, paths, 1480, maxUpdates, bulkTimeout, known);
        machine = new Replication(settings, keyring, kernel, this, this, random);
        kernel.listen(machine);
        machine.onMaster(isMaster);
        machine.start(world.nowNanos());
        arm();
    }

    /** Whether it is master of a virtual host from now on. */
    void setMaster(boolean master) {
        isMaster = master;
        if (machine != null) {
            machine.onMaster(master);
        }
    }

    /** SIGTERM. */
    void stop() {
        machine.stop(world.nowNanos());
        kill();
    }

    /** SIGKILL; the kernel's table stays. */
    void kill() {
        machine = null;
        kernel.listen(null);
    }

    boolean isUp() {
        return machine != null;
    }

    /** Whether its kernel may have copies from two tables of a peer. */
    boolean hasMixedCopies() {
        return known.isMixed();
    }

    /** Whether its daemon hears of its kernel. */
    boolean isHeard() {
        return kernel.isHeard();
    }

    /** Whether the other's present life is told of every change here. */
    boolean hears(SimulatedNode other) {
        return isUp() && other.isUp() && machine.hears(other.creatorId, other.machine.epoch());
    }

    void receive(byte[] frame) {
        receive(0, frame);
    }

    void receive(int path, byte[] frame) {
        if (machine != null && path < paths.size()) {
            machine.onFrame(path, frame, 0, frame.length, world.nowNanos());
            machine.onReceiveEnd(world.nowNanos());
            arm();
        }
    }

    /** Sees to it that the machine is woken; to be called after each input. */
    void arm() {
        if (machine == null) {
            return;
        }
        long deadline = machine.nextDeadlineNanos();
        if (deadline == Long.MAX_VALUE || deadline == armedNanos) {
            return;
        }
        armedNanos = deadline;
        Replication armed = machine;
        world.at(Math.max(deadline, world.nowNanos()), () -> {
            if (machine == armed && armedNanos == deadline) {
                armedNanos = 0;
                machine.onDeadline(world.nowNanos());
                arm();
            }
        });
    }

    long counter(PfsyncCounter counter) {
        return machine.counters().value(counter);
    }

    @Override
    public void send(int path, byte[] frame, int length) {
        world.transmit(this, path, Arrays.copyOf(frame, length));
    }

    @Override
    public void onDemotion(DemotionCause cause, boolean raised, String reason) {
        demotions += cause == DemotionCause.BULK && raised ? 1 : 0;
        if (cause == DemotionCause.BULK) {
            demoted = raised;
        } else {
            linkDemoted = raised;
        }
        world.trace(name, (raised ? "demoted (" : "no longer demoted (") + reason + ")");
    }

    @Override
    public void onMastersHeld(Set<PeerMaster> masters) {
        mastersHeld = masters;
    }

    @Override
    public void onOnlyPeer(Set<PeerMaster> masters) {
        mastersOfTheOnlyPeer = masters;
    }

    @Override
    public void onPreemptAllowed(boolean allowed, String reason) {
        preemptAllowed = allowed;
        world.trace(name, (allowed ? "may preempt (" : "must not preempt (") + reason + ")");
    }

    @Override
    public void peerThere(int creatorId, String node) {
        there.add(node);
    }

    @Override
    public void peerGone(int creatorId) {
        there.removeIf(node ->
                world.nodes().stream().anyMatch(other -> other.name.equals(node) && other.creatorId == creatorId));
    }

    @Override
    public void onResigned(int vhid, long addresses) {
        onResigned.run();
        world.trace(name, "hears that a peer resigned vhid " + vhid + " of " + Long.toHexString(addresses));
    }

    @Override
    public void onVerdict(Verdict newVerdict) {
        world.trace(name, "is " + newVerdict.label());
        verdict = newVerdict;
    }

    @Override
    public void onKnownTables(KnownTables tables) {
        known = tables;
    }

    @Override
    public void onQuestion(int asker, String node, Question question) {
        asked.add(question);
        world.trace(name, "is asked by " + node + ": " + question.text());
    }

    @Override
    public void onEvent(String line) {
        world.trace(name, "pfsync: " + line);
    }

    @Override
    public void onPeerDied(String what, Set<PeerMaster> masters) {
        world.trace(name, "pfsync: death: " + what);
    }

    @Override
    public void onPeerSilent(Set<PeerMaster> masters) {
        mastersBesideTheLost = masters;
    }

    @Override
    public void onFailure(Throwable failure) {
        throw new IllegalStateException(failure);
    }
}
