// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.auth.AddressSet;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.TakeoverSettings;
import io.mirrorcarp.carp.packet.Digest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One seed: two or three whole nodes on one segment, and somebody on it who has no key. He hears everything, sends it again at any later time, changed or not, from any source, and floods. Then the
 * master dies while he goes on, and comes back.
 */
final class AttackScenario {
    /** What the nodes are. */
    enum Nodes {
        STRICT,
        COMPATIBLE,
        /** The first one of ours, compatible; the others as FreeBSD and ucarp. */
        BESIDE_BSDS
    }

    private static final long MILLI = 1_000_000;
    private static final long SETTLED = 12 * Rules.SECOND;
    private static final long ATTACK = 8 * Rules.SECOND;
    private static final long RECOVERY = 6 * Rules.SECOND;
    private static final InetAddress STRANGER = Vectors.address("192.0.2.66");

    private final RandomGenerator random;
    private final VirtualClock clock = new VirtualClock();
    private final Lan lan;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<SignedFrame> recorded = new ArrayList<>();
    private boolean attacks;
    private int changes;

    AttackScenario(long seed, Nodes kind) {
        random = new Random(seed);
        lan = new Lan(clock, random, 0);
        SyncNetwork sync = new SyncNetwork(clock);
        TakeoverSettings takeover =
                TakeoverSettings.AT_ONCE.withBarrier(200 * MILLI).withHandover(20 * MILLI);
        AddressSet addresses = AddressSet.of(List.of(Vectors.address("10.0.0.1")));
        int count = 2 + random.nextInt(2);
        for (int i = 0; i < count; i++) {
            CarpSettings settings = CarpSettings.of(7, 1, i * (1 + random.nextInt(60)))
                    .withPreempt(true)
                    .withTakeover(takeover);
            SimulatedNode node =
                    new SimulatedNode(clock, random, List.of(lan), sync, i + 1, List.of("firewall"), settings);
            boolean bsd = kind == Nodes.BESIDE_BSDS && i > 0;
            node.setSigners(
                    bsd
                            ? List.of(new SimulatedSigner.OfABsd(addresses))
                            : SimulatedSigner.ours(kind == Nodes.STRICT, List.of(addresses), random));
            nodes.add(node);
        }
        lan.tap(recorded::add);
    }

    /** How often roles changed while nothing but the attack went on. */
    int changes() {
        return changes;
    }

    /** What went wrong, or null. */
    @Nullable
    String run() {
        nodes.forEach(node -> clock.at(random.nextLong(Rules.SECOND), node::start));
        clock.runUntil(SETTLED);
        int before = roleChanges();
        attacks = true;
        attack();
        clock.runUntil(clock.nowNanos() + ATTACK);
        changes = roleChanges() - before;
        SimulatedNode master = nodes.get(0);
        master.crash();
        clock.runUntil(clock.nowNanos() + RECOVERY);
        String wrong = masters(nodes.subList(1, nodes.size()));
        master.start();
        clock.runUntil(clock.nowNanos() + 2 * RECOVERY);
        attacks = false;
        clock.runUntil(clock.nowNanos() + RECOVERY);
        String wrongAtLast = masters(nodes);
        return wrong != null ? "the master died: " + wrong : wrongAtLast;
    }

    private int roleChanges() {
        return nodes.stream().mapToInt(SimulatedNode::changes).sum();
    }

    private @Nullable String masters(List<SimulatedNode> of) {
        long masters =
                of.stream().filter(node -> node.state(0) == CarpState.MASTER).count();
        return masters == 1
                ? null
                : masters + " masters: "
                        + of.stream().map(SimulatedNode::describe).toList();
    }

    private void attack() {
        if (!attacks) {
            return;
        }
        switch (random.nextInt(8)) {
            case 0, 1 -> lan.inject(any());
            case 2 -> lan.inject(newest());
            case 3 -> lan.inject(changed(newest()));
            case 4 -> lan.inject(changed(any()));
            case 5 -> delay(newest());
            case 6 -> {
                SignedFrame left = any();
                lan.inject(left.changed(255, 255, 0, left.said().source()));
            }
            default -> flood();
        }
        clock.at(clock.nowNanos() + random.nextLong(400 * MILLI), this::attack);
    }

    private SignedFrame any() {
        return recorded.get(random.nextInt(recorded.size()));
    }

    private SignedFrame newest() {
        return recorded.get(recorded.size() - 1);
    }

    private void delay(SignedFrame frame) {
        SignedFrame late = random.nextBoolean() ? frame : changed(frame);
        clock.at(clock.nowNanos() + random.nextLong(3 * Rules.SECOND), () -> lan.inject(late));
    }

    private SignedFrame changed(SignedFrame frame) {
        InetAddress source = switch (random.nextInt(3)) {
            case 0 -> frame.said().source();
            case 1 -> Vectors.address("192.0.2." + (1 + random.nextInt(nodes.size())));
            default -> STRANGER;
        };
        return frame.changed(random.nextInt(2), random.nextInt(3), random.nextInt(2) * random.nextInt(256), source);
    }

    private void flood() {
        SignedFrame like = newest();
        for (int i = 0; i < 20; i++) {
            SignedFrame forged = like.changed(0, 1, 0, STRANGER);
            lan.inject(forged.with(
                    random.nextBoolean() ? random.nextLong() : like.signed().counter() + (1L << 28),
                    Digest.of(new byte[Digest.LENGTH])));
        }
    }
}
