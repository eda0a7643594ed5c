// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.auth.AddressSet;
import io.mirrorcarp.carp.auth.SequencePlace;
import io.mirrorcarp.carp.election.AdvertisementWay;
import io.mirrorcarp.carp.election.CarpAction;
import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.ElectedHost;
import io.mirrorcarp.carp.election.KnownMaster;
import io.mirrorcarp.carp.election.NodeAction;
import io.mirrorcarp.carp.election.NodeActions;
import io.mirrorcarp.carp.election.NodeElection;
import io.mirrorcarp.carp.election.NodeSettings;
import io.mirrorcarp.carp.election.Nudge;
import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.election.TransitionReason;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A whole node: the machine under test, with a kernel that takes addresses on lease, sockets that fill while it is frozen, and a check of the promise. */
final class SimulatedNode implements NodeActions, VirtualClock.Sleeper {
    private static final long MILLI = 1_000_000;
    private static final long LEASE_NANOS = 2_000 * MILLI;
    private static final long LATE_NANOS = 10 * MILLI;
    private static final int PROBLEM = 240;

    private record Waiting(int segment, SignedFrame frame, long sinceNanos) {}

    private final VirtualClock clock;
    private final RandomGenerator random;
    private final List<Lan> lans;
    private final SyncNetwork sync;
    private final InetAddress address;
    private final List<ElectedHost> hosts = new ArrayList<>();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final long[] leaseUntil;
    private final boolean[] linkUp;
    private final long[] heardAt;
    private final long[] dueAfter;
    private final int[] taking;
    private final long[] sentAt;
    private final long[] dueIn;
    /** Until when each source of advertisements may be expected to be master still. */
    private final List<Map<InetAddress, Long>> masterUntil = new ArrayList<>();
    /** Whether the node gave way to the master that it heard last. */
    private final boolean[] contested;

    private final List<SimulatedSigner> signers = new ArrayList<>();
    private NodeElection election;
    private int life;
    private int changes;
    private boolean running;
    private boolean frozen;
    private long frozenAt;
    /** The whole machine stands still, its clock with it. */
    private boolean suspended;

    private long suspendedAt;
    /** How far its clock is behind. */
    private long behindNanos;
    /** Whether another node became master while this one was suspended as master. */
    private final boolean[] replaced;

    private final long[] masterAt;
    private final long[] lastHeardAt;
    private final List<InetAddress> lastSource = new ArrayList<>();
    private final List<Succession> successions = new ArrayList<>();
    private boolean takeFails;
    private boolean sendFails;
    private boolean nudged;
    private boolean buried;
    private boolean allowed;
    /** Whether its own table is whole, so that it is not demoted for it. */
    boolean whole;
    /** The peers whose states it has for certain. */
    private Set<InetAddress> sure = Set.of();
    /** What it said last that it is master of. */
    private Set<KnownMaster> announced = Set.of();

    SimulatedNode(
            VirtualClock clock,
            RandomGenerator random,
            List<Lan> lans,
            SyncNetwork sync,
            int number,
            List<String> groups,
            CarpSettings settings) {
        this.clock = clock;
        this.random = random;
        this.lans = lans;
        this.sync = sync;
        address = Vectors.address("192.0.2." + number);
        leaseUntil = new long[lans.size()];
        linkUp = new boolean[lans.size()];
        heardAt = new long[lans.size()];
        dueAfter = new long[lans.size()];
        taking = new int[lans.size()];
        sentAt = new long[lans.size()];
        dueIn = new long[lans.size()];
        contested = new boolean[lans.size()];
        replaced = new boolean[lans.size()];
        masterAt = new long[lans.size()];
        lastHeardAt = new long[lans.size()];
        for (int i = 0; i < lans.size(); i++) {
            AddressSet virtual = AddressSet.of(List.of(Vectors.address("10." + i + ".0.1")));
            AdvertisementWay way = AdvertisementWay.of(Set.of(), Set.of());
            hosts.add(new ElectedHost("v" + i, "lan" + i, settings, groups.get(i), virtual, way, true, 0, 0));
            linkUp[i] = true;
            signers.add(SimulatedSigner.NONE);
            masterUntil.add(new HashMap<>());
            lastSource.add(address);
            successions.add(Succession.NONE);
        }
        election = make();
        lans.forEach(lan -> lan.add(this));
        sync.add(this);
        clock.add(this);
    }

    private NodeElection make() {
        DemotionSource start = DemotionSource.of(DemotionSource.PFSYNC_BULK, "", PROBLEM, "start", now());
        NodeSettings settings =
                new NodeSettings(true, hosts.get(0).settings().preempt(), PROBLEM, PROBLEM, List.of(start));
        return new NodeElection(hosts, settings, random);
    }

    /** Signs and verifies with these, one for each segment, from now on. */
    void setSigners(List<SimulatedSigner> changed) {
        signers.clear();
        signers.addAll(changed);
    }

    // To look at.

    /** How often it has changed a role. */
    int changes() {
        return changes;
    }

    int life() {
        return life;
    }

    boolean isRunning() {
        return running;
    }

    boolean isAwake() {
        return running && !frozen && !suspended;
    }

    /** The time of its own clock. */
    long now() {
        return (suspended ? suspendedAt : clock.nowNanos()) - behindNanos;
    }

    boolean linkIsUp(int segment) {
        return linkUp[segment];
    }

    CarpState state(int segment) {
        return running ? instance(segment).state() : CarpState.INIT;
    }

    CarpInstance instance(int segment) {
        return election.host("v" + segment).instance();
    }

    NodeElection election() {
        return election;
    }

    /** Whether its kernel answers for the addresses of a segment. */
    boolean answers(int segment) {
        return !suspended && now() < leaseUntil[segment];
    }

    String describe() {
        StringBuilder text = new StringBuilder(address.getHostAddress() + (running ? "" : " off")
                + (frozen ? " frozen" : "") + " allowed " + allowed + " demotions "
                + election.demotion().sources() + " " + hosts.get(0).settings());
        for (int i = 0; i < hosts.size(); i++) {
            text.append(' ')
                    .append(state(i))
                    .append(" (")
                    .append(instance(i).reason().text())
                    .append(')');
        }
        return text.toString();
    }

    // What happens to it.

    private interface Input {
        List<NodeAction> at(NodeElection machine, long nowNanos);
    }

    private void input(Input what) {
        if (isAwake()) {
            what.at(election, now()).forEach(action -> action.perform(this));
        }
    }

    /** Later, unless this life of the node has ended. */
    private void later(long delayNanos, Input what) {
        int now = life;
        clock.at(clock.nowNanos() + delayNanos, () -> resume(now, what));
    }

    private void resume(int of, Input what) {
        if (life != of || !running) {
            return;
        }
        if (frozen || suspended) {
            later(50 * MILLI, what);
        } else {
            input(what);
        }
    }

    /** It is dead for good. */
    void bury() {
        crash();
        buried = true;
    }

    boolean isBuried() {
        return buried;
    }

    InetAddress address() {
        return address;
    }

    int advskew() {
        return hosts.get(0).settings().rules().bid(0).advskew();
    }

    /** Says on the sync network what it is master of now. */
    void announce() {
        Set<KnownMaster> masters = new HashSet<>();
        for (int i = 0; i < hosts.size(); i++) {
            if (state(i) == CarpState.MASTER) {
                masters.add(new KnownMaster(
                        hosts.get(i).vhid(), hosts.get(i).addresses().digest(), address));
            }
        }
        announced = masters;
    }

    Set<KnownMaster> announced() {
        return announced;
    }

    void start() {
        if (running || buried) {
            return;
        }
        life++;
        signers.forEach(SimulatedSigner::restart);
        running = true;
        frozen = false;
        suspended = false;
        Arrays.fill(replaced, false);
        allowed = false;
        whole = false;
        sure = Set.of();
        announced = Set.of();
        masterUntil.forEach(Map::clear);
        waiting.clear();
        java.util.Arrays.fill(leaseUntil, 0);
        java.util.Arrays.fill(dueAfter, Long.MIN_VALUE);
        election = make();
        input((machine, now) -> machine.onPreemptAllowed(false, now));
        for (int i = 0; i < hosts.size(); i++) {
            int segment = i;
            input((machine, now) -> machine.onCarpdev("lan" + segment, segment + 1, linkUp[segment], now));
            input((machine, now) -> machine.onOpened("lan" + segment, segment + 1, now));
        }
        input(NodeElection::onStart);
        sync.begin(this);
    }

    void stop() {
        input(NodeElection::onShutdown);
    }

    void crash() {
        running = false;
        frozen = false;
        suspended = false;
        waiting.clear();
    }

    void freeze() {
        if (isAwake()) {
            frozen = true;
            frozenAt = now();
        }
    }

    /** Goes on: its sockets are read a moment later, or its timers fire first. */
    void thaw() {
        if (!frozen) {
            return;
        }
        frozen = false;
        if (now() - frozenAt > SyncNetwork.TICK_NANOS) {
            sync.doubtAll(this);
        }
        later(random.nextLong(MILLI), (machine, now) -> {
            read();
            return List.of();
        });
    }

    /** As a guest whose host stops it: its clock stands still, and what comes meanwhile is lost. */
    void suspend() {
        if (isAwake()) {
            suspendedAt = clock.nowNanos();
            suspended = true;
        }
    }

    /** Goes on, and nothing tells it that it stood still. */
    void resume() {
        if (!suspended) {
            return;
        }
        suspended = false;
        behindNanos += clock.nowNanos() - suspendedAt;
        sync.fallBehind(this);
        for (int i = 0; i < lans.size(); i++) {
            int segment = i;
            replaced[i] = state(i) == CarpState.MASTER
                    && sync.all().stream()
                            .anyMatch(node -> node != this && node.hasReplaced(this, segment, suspendedAt));
        }
    }

    /** Whether it became master after a time, not by hand, in the place of a node that it had heard as the last one. */
    private boolean hasReplaced(SimulatedNode other, int segment, long afterNanos) {
        return state(segment) == CarpState.MASTER && successions.get(segment).isOf(other.address, afterNanos);
    }

    void link(int segment, boolean up) {
        linkUp[segment] = up;
        input((machine, now) -> machine.onCarpdev("lan" + segment, segment + 1, up, now));
    }

    void setTakeFails(boolean fails) {
        takeFails = fails;
    }

    void setSendFails(boolean fails) {
        sendFails = fails;
    }

    void loseAddresses(int segment) {
        leaseUntil[segment] = 0;
        // A node that is frozen hears of it later: its kernel keeps the notice.
        later(0, (machine, now) -> machine.onDisturbed("v" + segment, now));
    }

    /**
     * What it is told of its states.
     *
     * @param may whether it has those of every peer
     * @param peers those whose states it has
     * @param masters what these said that they are master of, and {@code only} the only peer
     */
    void allow(boolean may, Set<InetAddress> peers, Set<KnownMaster> masters, Set<KnownMaster> only) {
        allowed = may;
        sure = peers;
        if (may && !sync.isBehind(this)) {
            Arrays.fill(replaced, false);
        }
        input((machine, now) -> machine.onPreemptAllowed(may, now));
        input((machine, now) -> machine.onMastersHeld(masters, now));
        input((machine, now) -> machine.onOnlyPeer(only, now));
    }

    void demote(String name, String group, int value) {
        input((machine, now) -> machine.onDemotionRaised(
                DemotionSource.of(name, "", value, "simulated", now).inGroup(group), now));
    }

    void nudge(int segment, Nudge nudge, boolean alone) {
        nudged = true;
        input((machine, now) -> machine.onNudge("v" + segment, nudge, alone, now + 500 * MILLI, now));
        nudged = false;
    }

    /** A planned failover: what {@code carpctl failover} does with the election. */
    void failOver() {
        List<String> mine = hosts.stream()
                .map(ElectedHost::name)
                .filter(name -> running && election.host(name).instance().state() == CarpState.MASTER)
                .toList();
        if (mine.isEmpty()) {
            return;
        }
        input((machine, now) -> machine.onDemotionRaised(DemotionSource.failover("peer", now), now));
        later(500 * MILLI, (machine, now) -> {
            boolean gone =
                    mine.stream().allMatch(name -> machine.host(name).instance().state() == CarpState.BACKUP);
            return gone
                    ? machine.onHandedOver(mine, now)
                    : machine.onDemotionCleared(DemotionSource.FAILOVER, "", "", "did not come about", now);
        });
    }

    /** @param living what other peers say that they are master of */
    void hearOfADeath(Set<KnownMaster> living) {
        input((machine, now) -> machine.onPeerDied(living, now));
    }

    /** @param living what other peers say that they are master of */
    void hearOfSilence(Set<KnownMaster> living) {
        input((machine, now) -> machine.onPeerSilent(living, now));
    }

    void hearResignation(int segment) {
        if (isAwake()) {
            dueAfter[segment] = Long.MIN_VALUE;
            masterUntil.get(segment).clear();
        }
        input((machine, now) -> machine.onResigned(
                hosts.get(segment).vhid(), hosts.get(segment).addresses().digest(), now));
    }

    void arrive(int segment, SignedFrame advertisement) {
        if (!running || !linkUp[segment] || suspended) {
            return;
        }
        waiting.add(new Waiting(segment, advertisement, now()));
        if (!frozen && waiting.size() == 1) {
            read();
        }
    }

    private void read() {
        while (!waiting.isEmpty() && isAwake()) {
            Waiting first = waiting.remove();
            hear(first);
        }
    }

    private void hear(Waiting first) {
        SequencePlace place = signers.get(first.segment()).hear(first.frame(), address, now());
        if (place == null) {
            return;
        }
        lastSource.set(first.segment(), first.frame().said().source());
        lastHeardAt[first.segment()] = clock.nowNanos();
        PeerAdvertisement said = first.frame().said();
        boolean above = Arrays.compareUnsigned(said.source().getAddress(), address.getAddress()) > 0;
        PeerAdvertisement heard = new PeerAdvertisement(said.family(), said.source(), said.bid(), above, place);
        boolean bowOut = heard.bid().isBowOut();
        heardAt[first.segment()] = now();
        Map<InetAddress, Long> until = masterUntil.get(first.segment());
        until.remove(heard.source());
        if (!bowOut) {
            until.put(heard.source(), now() + heard.bid().intervalMicros() * 1_000);
        }
        dueAfter[first.segment()] = bowOut ? Long.MIN_VALUE : heard.bid().intervalMicros() * 1_000;
        input((machine, now) -> machine.onAdvertisement("v" + first.segment(), heard, now));
    }

    @Override
    public long nextDeadlineNanos() {
        long nextNanos = isAwake() ? election.nextDeadlineNanos() : CarpInstance.NEVER;
        return nextNanos == CarpInstance.NEVER ? nextNanos : nextNanos + behindNanos;
    }

    @Override
    public void onDeadline() {
        input(NodeElection::onDeadline);
    }

    // What it does.

    private static int segment(String host) {
        return Integer.parseInt(host.substring(1));
    }

    @Override
    public void sendAdvertisement(NodeAction.SendAdvertisement action) {
        CarpAction.SendAdvertisement what = action.what();
        int segment = segment(action.host());
        if (!what.isBowOut()) {
            expectItHasListened(segment);
            sentAt[segment] = now();
            dueIn[segment] = what.bid().intervalMicros() * 1_000;
            if (!election.host(action.host()).holdsAddresses()) {
                throw new AssertionError(describe() + " advertises what it does not have");
            }
        }
        for (AddressFamily family : what.families()) {
            boolean sent = linkUp[segment] && !sendFails;
            if (sent) {
                PeerAdvertisement said = new PeerAdvertisement(family, address, what.bid(), false);
                lans.get(segment).send(this, signers.get(segment).sign(said));
            }
            input((machine, now) -> machine.onSent("lan" + segment, sent ? null : () -> "simulated", now));
        }
    }

    /** One that is late, since it slept. */
    private void expectItHasListened(int segment) {
        Waiting oldest = waiting.peek();
        boolean late = now() - sentAt[segment] > dueIn[segment] + LATE_NANOS;
        if (late && oldest != null && now() - oldest.sinceNanos() > LATE_NANOS) {
            throw new AssertionError(describe() + " advertises before it has listened");
        }
    }

    @Override
    public void stateChanged(NodeAction.StateChanged action) {
        int segment = segment(action.host());
        changes++;
        if (action.what().to() == CarpState.MASTER) {
            expectThePromise(segment, action.what().reason());
            masterAt[segment] = now();
            boolean byHand = action.what().reason() == TransitionReason.USER_REQUEST;
            successions.set(
                    segment, new Succession(clock.nowNanos(), byHand, lastSource.get(segment), lastHeardAt[segment]));
        } else {
            replaced[segment] = false;
        }
        if (action.what().reason() == hosts.get(segment).settings().rules().yielding()) {
            expectNobodyWhoMissedIt(segment);
        }
        contested[segment] =
                action.what().reason() == hosts.get(segment).settings().rules().yielding();
    }

    /** A node that may not preempt replaces only who fell silent, or left, or gave way in the same moment as this node did. */
    private void expectThePromise(int segment, TransitionReason reason) {
        long silent = now() - heardAt[segment];
        boolean hears = dueAfter[segment] != Long.MIN_VALUE && silent < dueAfter[segment];
        boolean free = (allowed || hasTheStatesOfAllMasters(segment))
                && election.demotion().suppressPreemptFor(hosts.get(segment).group()) == 0;
        if (hears && !free && !nudged && !contested[segment] && reason != TransitionReason.USER_REQUEST) {
            throw new AssertionError(
                    describe() + " takes the addresses of v" + segment + " from a master that it heard "
                            + silent / MILLI + " ms ago, without its states: " + reason.text());
        }
    }

    /** A node that was suspended as master, and replaced, knows nothing of it. Nobody who replaced it gives way to it before it does. */
    private void expectNobodyWhoMissedIt(int segment) {
        Succession own = successions.get(segment);
        boolean missed = sync.all().stream()
                .anyMatch(node -> node.replaced[segment]
                        && own.isOf(node.address, node.suspendedAt)
                        && own.knewOf(node.successions.get(segment))
                        && node.state(segment) == CarpState.MASTER
                        && node.address.equals(lastSource.get(segment)));
        if (missed && sentAt[segment] >= masterAt[segment]) {
            throw new AssertionError(describe() + " gives way in v" + segment
                    + " to a node that stood still with its clock, and does not know that it was replaced");
        }
    }

    private boolean hasTheStatesOfAllMasters(int segment) {
        return masterUntil.get(segment).entrySet().stream()
                .filter(entry -> now() < entry.getValue())
                .allMatch(entry -> sure.contains(entry.getKey()));
    }

    @Override
    public void requestStates(NodeAction.RequestStates action) {
        later(
                random.nextLong(300 * MILLI),
                (machine, now) -> machine.onStatesReady(action.host(), action.request(), now));
    }

    @Override
    public void resign(NodeAction.Resign action) {
        sync.resign(this, segment(action.host()));
    }

    @Override
    public void takeAddresses(NodeAction.TakeAddresses action) {
        int segment = segment(action.host());
        taking[segment] = action.attempt();
        later(random.nextLong(30 * MILLI), (machine, now) -> {
            if (taking[segment] != action.attempt()) {
                // The release that was asked for meanwhile comes after it.
                return machine.onTaken(action.host(), action.attempt(), false, now);
            }
            if (takeFails) {
                return machine.onTakeFailed(action.host(), action.attempt(), "simulated", now);
            }
            boolean changed = leaseUntil[segment] == 0;
            leaseUntil[segment] = now + LEASE_NANOS + random.nextLong(400 * MILLI);
            return machine.onTaken(action.host(), action.attempt(), changed, now);
        });
    }

    @Override
    public void releaseAddresses(NodeAction.ReleaseAddresses action) {
        leaseUntil[segment(action.host())] = 0;
        taking[segment(action.host())] = 0;
    }

    @Override
    public void rehearse(NodeAction.Rehearse action) {
        later(
                random.nextLong(30 * MILLI),
                (machine, now) -> machine.onRehearsed(action.host(), takeFails ? "simulated" : null, now));
    }

    @Override
    public void announce(NodeAction.Announce action) {
        if (!election.host(action.host()).holdsAddresses()) {
            throw new AssertionError(describe() + " announces what it does not have");
        }
    }

    @Override
    public void beginTerm(NodeAction.BeginTerm action) {
        signers.get(segment(action.host())).beginTerm();
    }

    /** The kernel renews what it has, and brings nothing back. */
    @Override
    public void renewLeases() {
        for (int i = 0; i < leaseUntil.length; i++) {
            if (answers(i)) {
                leaseUntil[i] = now() + LEASE_NANOS + random.nextLong(400 * MILLI);
            }
        }
    }

    @Override
    public void readSockets() {
        later(random.nextLong(50_000), (machine, now) -> {
            read();
            return machine.onSocketsRead(now);
        });
    }

    @Override
    public void judgeStates(NodeAction.JudgeStates action) {
        sync.doubtAll(this);
        later(random.nextLong(5 * MILLI), (machine, now) -> {
            sync.judge(this);
            return machine.onStatesJudged(action.request(), now);
        });
    }

    @Override
    public void openSocket(NodeAction.OpenSocket action) {
        int segment = Integer.parseInt(action.carpdev().substring(3));
        later(MILLI, (machine, now) -> machine.onOpened(action.carpdev(), segment + 1, now));
    }

    @Override
    public void sendProbe(NodeAction.SendProbe action) {
        later(0, (machine, now) -> machine.onSent(action.carpdev(), sendFails ? () -> "simulated" : null, now));
    }

    @Override
    public void stopped() {
        sync.goodbye(this);
        crash();
    }

    @Override
    public void closeSocket(NodeAction.CloseSocket action) {}

    @Override
    public void countPutBack(NodeAction.CountPutBack action) {}

    @Override
    public void demotionChanged(NodeAction.DemotionChanged action) {}

    @Override
    public void report(NodeAction.Report action) {}

    @Override
    public void hostGone(NodeAction.HostGone action) {}
}
