// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.TakeoverSettings;
import io.mirrorcarp.carp.election.VrrpBid;
import io.mirrorcarp.carp.election.VrrpRules;
import io.mirrorcarp.carp.packet.Protocol;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Nodes of ours beside routers that follow RFC 9568 by the letter: what comes of it when a segment that was disturbed heals. */
class VrrpSimulationTest {
    private static final int COUNT = 300;
    private static final int TROUBLES = 15;
    private static final long CHAOS = 30 * Rules.SECOND;
    /** Two master-down times of the longest interval, and the time of a preemption. */
    private static final long SETTLED = 14 * Rules.SECOND;

    private static final int MOST_CENTIS = 150;

    private RandomGenerator random;
    private VirtualClock clock;
    private Segment segment;
    private final List<Member> members = new ArrayList<>();

    private void draw(long seed) {
        random = new Random(seed);
        clock = new VirtualClock();
        segment = new Segment(clock, random, random.nextInt(4) == 0);
        members.clear();
        int count = 2 + random.nextInt(3);
        boolean preempt = random.nextInt(4) > 0;
        for (int i = 0; i < count; i++) {
            InetAddress address = Vectors.address("192.0.2." + (10 * random.nextInt(20) + i + 1));
            int priority = random.nextInt(3) == 0 ? 100 : 1 + random.nextInt(254);
            int centis = random.nextBoolean() ? 100 : 10 + random.nextInt(MOST_CENTIS - 10);
            Member member = i == 0 || random.nextBoolean()
                    ? ours(address, new VrrpRules(Protocol.VRRP3, priority, centis), preempt)
                    : new VrrpRouterTwin(clock, segment, address, new VrrpBid(priority, centis), preempt);
            members.add(member);
            segment.add(member);
        }
    }

    private Member ours(InetAddress address, VrrpRules rules, boolean preempt) {
        TakeoverSettings takeover = TakeoverSettings.AT_ONCE.withHandover(20_000_000);
        CarpSettings settings = CarpSettings.of(7, rules).withPreempt(preempt).withTakeover(takeover);
        return new OurMember(clock, segment, random, address, settings);
    }

    private void trouble() {
        Member member = members.get(random.nextInt(members.size()));
        switch (random.nextInt(6)) {
            case 0 -> segment.disturb(0.6, Rules.SECOND / 2);
            case 1 -> segment.partition(random.nextDouble());
            case 2 -> segment.heal();
            case 3 -> member.link(random.nextBoolean());
            case 4 -> member.stop();
            default -> member.crash();
        }
        clock.at(clock.nowNanos() + random.nextLong(4 * Rules.SECOND), member::start);
    }

    @Test
    void onceTheSegmentHealsTheBestRouterIsTheOnlyMasterWhoeverMadeIt() {
        for (long seed = 1; seed <= Integer.getInteger("simulation.count", COUNT); seed++) {
            draw(seed);
            members.forEach(member -> clock.at(random.nextLong(3 * Rules.SECOND), member::start));
            for (int i = 0; i < TROUBLES; i++) {
                clock.at(random.nextLong(CHAOS), this::trouble);
            }
            clock.runUntil(CHAOS + 4 * Rules.SECOND);
            segment.heal();
            for (Member member : members) {
                member.link(true);
                member.start();
            }
            clock.runUntil(clock.nowNanos() + SETTLED);
            for (int i = 0; i < 40; i++) {
                clock.runUntil(clock.nowNanos() + 97_000_000);
                expectTheBestMaster(seed);
            }
        }
    }

    private void expectTheBestMaster(long seed) {
        List<Member> masters = segment.masters();
        String all =
                "seed " + seed + ": " + members.stream().map(Member::describe).toList();
        assertThat(masters).as(all).hasSize(1);
        assertThat(members)
                .as(all)
                .noneMatch(member -> member.state() == CarpState.BACKUP
                        && member.preempts()
                        && member.advertisement().bid().unfitness()
                                < masters.get(0).advertisement().bid().unfitness());
    }
}
