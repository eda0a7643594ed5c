// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A LAN that loses, repeats, delays and so reorders, cuts directions, and loses a family as switches do that snoop on multicast,
 * until it is healed. Unicast copies leave one after the other.
 */
final class Segment {
    private static final long MICRO = 1_000;
    private static final long LEAST_DELAY = 20 * MICRO;
    private static final long HEALTHY_DELAY = 300 * MICRO;
    private static final long UNICAST_SPACING = 50 * MICRO;

    private final VirtualClock clock;
    private final RandomGenerator random;
    private final boolean unicast;
    private final List<Member> members = new ArrayList<>();
    private final Set<AddressFamily> lost = EnumSet.noneOf(AddressFamily.class);
    private boolean[][] cut = new boolean[0][0];
    private double loss;
    private double repeat;
    private long mostDelay = HEALTHY_DELAY;

    Segment(VirtualClock clock, RandomGenerator random, boolean unicast) {
        this.clock = clock;
        this.random = random;
        this.unicast = unicast;
    }

    boolean isUnicast() {
        return unicast;
    }

    void add(Member member) {
        members.add(member);
        clock.add(member);
        cut = new boolean[members.size()][members.size()];
    }

    List<Member> members() {
        return members;
    }

    void send(Member from, PeerAdvertisement advertisement) {
        long waited = 0;
        for (Member to : members) {
            waited += unicast ? UNICAST_SPACING : 0;
            boolean arrives = !isCut(from, to) && !lost.contains(advertisement.family());
            if (to != from && arrives && random.nextDouble() >= loss) {
                deliver(to, advertisement, waited);
                if (random.nextDouble() < repeat) {
                    deliver(to, advertisement, waited);
                }
            }
        }
    }

    /** On the state channel, another wire: it is never cut here, but late, and repeated. */
    void resign(OurMember from) {
        for (Member to : members) {
            if (to != from && to instanceof OurMember our) {
                for (int copies = random.nextInt(4); copies > 0; copies--) {
                    clock.at(clock.nowNanos() + random.nextLong(LEAST_DELAY, mostDelay), our::hearResignation);
                }
            }
        }
    }

    private void deliver(Member to, PeerAdvertisement advertisement, long waited) {
        long delay = waited + random.nextLong(LEAST_DELAY, mostDelay);
        clock.at(clock.nowNanos() + delay, () -> to.hear(advertisement));
    }

    private boolean isCut(Member from, Member to) {
        return cut[members.indexOf(from)][members.indexOf(to)];
    }

    void disturb(double lossUpTo, long delayUpToNanos) {
        loss = random.nextDouble() * lossUpTo;
        repeat = random.nextDouble() * 0.5;
        mostDelay = LEAST_DELAY + 1 + random.nextLong(delayUpToNanos);
    }

    /** Cuts each direction between two members, or not, by lot. */
    void partition(double probability) {
        for (boolean[] row : cut) {
            for (int to = 0; to < row.length; to++) {
                row[to] = random.nextDouble() < probability;
            }
        }
    }

    void lose(AddressFamily family) {
        lost.add(family);
    }

    void heal() {
        lost.clear();
        loss = 0;
        repeat = 0;
        mostDelay = HEALTHY_DELAY;
        partition(0);
    }

    List<Member> masters() {
        List<Member> masters = new ArrayList<>();
        for (Member member : members) {
            if (member.state() == CarpState.MASTER) {
                masters.add(member);
            }
        }
        return masters;
    }
}
