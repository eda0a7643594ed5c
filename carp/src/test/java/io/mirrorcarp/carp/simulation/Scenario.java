// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.PeerAdvertisement;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * One seed: a network drawn by lot, troubles drawn by lot, then peace, then the loss of the master.
 *
 * <p>After peace, and after the loss, each segment has exactly one master within two master-down times, and keeps it.
 */
final class Scenario {
    private static final long MILLI = 1_000_000;
    private static final int TROUBLES = 12;
    /** Two masters, or none, for as long as it takes to take addresses and to hear of it. */
    private static final long HANDOVER = 32 * MILLI;

    private final RandomGenerator random;
    private final Network network;
    private final List<String> history = new ArrayList<>();
    private final Map<Member, CarpState> known = new HashMap<>();
    private final boolean told;
    private boolean watching;
    private String failure;
    private int groupsMoved;
    private long[] wrongSince;

    /** @param told whether the report of a failure tells every change of state */
    Scenario(long seed, boolean mixed, boolean told) {
        this.told = told;
        random = new Random(seed);
        network = new Network(random, mixed);
    }

    /** What went wrong, or null. */
    String run() {
        VirtualClock clock = network.clock;
        wrongSince = new long[network.segments.size()];
        clock.afterEach(this::watch);
        long chaos = 8 * network.downNanos();
        network.hosts.forEach(host -> clock.at(random.nextLong(network.downNanos()), host::start));
        for (int i = 0; i < TROUBLES; i++) {
            clock.at(random.nextLong(chaos), this::trouble);
        }
        clock.runUntil(chaos);
        makePeace();
        expectOneMaster("peace");
        if (failure == null && loseAMaster()) {
            expectOneMaster("loss of the master");
        }
        return failure == null ? null : failure + "\n  " + describe();
    }

    // Trouble.

    private void trouble() {
        Host host = pick(network.hosts);
        int segment = random.nextInt(network.segments.size());
        switch (random.nextInt(14)) {
            case 0, 1 -> network.segments.get(segment).disturb(0.9, 300 * MILLI);
            case 2, 3 -> network.segments.get(segment).partition(random.nextDouble());
            case 4 -> network.segments.get(segment).heal();
            case 5 -> host.link(segment, random.nextBoolean());
            case 6 -> stopForAWhile(host);
            case 7 -> host.demoteByHand(random.nextInt(-50, 260));
            case 8 -> host.demoteGroup(network.groups.get(segment), random.nextInt(260));
            case 9 ->
                network.segments.get(segment).lose(random.nextBoolean() ? AddressFamily.IPV4 : AddressFamily.IPV6);
            default -> troubleOurs(pick(network.ours));
        }
    }

    private void stopForAWhile(Host host) {
        if (random.nextBoolean()) {
            host.stop();
        } else {
            host.crash();
        }
        network.clock.at(network.clock.nowNanos() + random.nextLong(4 * Rules.SECOND), host::start);
    }

    private void troubleOurs(OurMember member) {
        switch (random.nextInt(5)) {
            case 4 -> {
                member.hearOfADeath();
                member.hearOfSilence();
            }
            case 0 -> member.force(random.nextBoolean() ? CarpState.MASTER : CarpState.BACKUP);
            case 1 -> member.allowPreempt(random.nextBoolean());
            case 2 -> {
                member.enable(false);
                network.clock.at(
                        network.clock.nowNanos() + random.nextLong(2 * Rules.SECOND), () -> member.enable(true));
            }
            default -> member.servicesReady();
        }
    }

    private void makePeace() {
        network.segments.forEach(Segment::heal);
        for (Host host : network.hosts) {
            host.start();
            for (int i = 0; i < network.segments.size(); i++) {
                host.link(i, true);
                host.demoteGroup(
                        network.groups.get(i),
                        network.isOurs(host) && random.nextInt(12) == 0 ? random.nextInt(1, 300) : 0);
            }
            boolean demoted = network.isOurs(host) && random.nextInt(6) == 0;
            host.demoteByHand(demoted ? random.nextInt(1, 300) : 0);
        }
        if (network.segments.size() > 1 && random.nextBoolean()) {
            pick(network.hosts).link(0, false);
        }
        for (OurMember member : network.ours) {
            member.enable(true);
            member.servicesReady();
            member.statesInTime();
            member.allowPreempt(random.nextInt(6) != 0);
        }
    }

    private boolean loseAMaster() {
        if (network.hosts.stream().filter(Host::isRunning).count() < 3) {
            return false;
        }
        Member master = network.segments.get(0).masters().get(0);
        for (Host host : network.hosts) {
            if (host.members().contains(master)) {
                note("lost: " + master.name());
                host.crash();
            }
        }
        // Others alone may never agree, as a demoted OpenBSD with a slower ucarp.
        return network.segments.stream()
                .allMatch(segment -> segment.members().stream()
                        .anyMatch(member -> member instanceof OurMember && member.state() != CarpState.INIT));
    }

    // Expectations.

    private void expectOneMaster(String after) {
        note(after);
        long lag = network.hasUcarp ? 2 * Rules.SECOND : 0;
        VirtualClock clock = network.clock;
        clock.runUntil(clock.nowNanos() + 2 * network.downNanos() + lag);
        watching = true;
        watch();
        clock.runUntil(clock.nowNanos() + network.preemptDelayNanos() + 3 * network.downNanos() + 2 * lag);
        watching = false;
        if (failure == null) {
            expectTheBestMaster();
            network.hosts.forEach(this::expectItsGroupTogether);
        }
    }

    private void watch() {
        if (told) {
            tellChanges();
        }
        long now = network.clock.nowNanos();
        for (int i = 0; i < wrongSince.length; i++) {
            int masters = network.segments.get(i).masters().size();
            if (masters == 1 || !watching) {
                wrongSince[i] = Long.MAX_VALUE;
            } else {
                wrongSince[i] = Math.min(wrongSince[i], now);
                if (now - wrongSince[i] >= handover() && failure == null) {
                    fail("segment " + i + " has " + masters + " masters");
                }
            }
        }
    }

    private long handover() {
        return network.handoverNanos() + (network.hasUcarp ? Rules.SECOND + HANDOVER : HANDOVER);
    }

    private void expectTheBestMaster() {
        for (Segment segment : network.segments) {
            List<Member> masters = segment.masters();
            if (masters.size() != 1) {
                fail("segment has " + masters.size() + " masters at last");
                return;
            }
            for (Member member : segment.members()) {
                boolean free = !(member instanceof OurMember our) || our.preemptAllowed();
                if (member.state() == CarpState.BACKUP && free && member.wouldDisplace(masters.get(0))) {
                    fail("not preferred: " + masters.get(0).describe());
                    return;
                }
            }
        }
    }

    /** Who is the best on every segment of a group is master on all of them. */
    private void expectItsGroupTogether(Host host) {
        for (String group : Set.copyOf(network.groups)) {
            List<Integer> segments = network.segmentsOf(group);
            if (segments.size() > 1 && segments.stream().allMatch(segment -> leads(host, segment))) {
                groupsMoved++;
                for (int segment : segments) {
                    if (host.members().get(segment).state() != CarpState.MASTER) {
                        fail("group " + group + " is torn apart");
                    }
                }
            }
        }
    }

    private boolean leads(Host host, int segment) {
        Member member = host.members().get(segment);
        PeerAdvertisement own = member.advertisement();
        return member.state() != CarpState.INIT
                && member.preempts()
                && network.segments.get(segment).members().stream()
                        .filter(other -> other != member && other.state() != CarpState.INIT)
                        .map(Member::advertisement)
                        .allMatch(other -> Rules.interval(own) < Rules.interval(other)
                                && Rules.carp(own).demote() <= Rules.carp(other).demote());
    }

    /** How many groups of several segments had one best host, after the peace and after the loss. */
    int groupsMoved() {
        return groupsMoved;
    }

    // Reporting.

    private void tellChanges() {
        for (Segment segment : network.segments) {
            for (Member member : segment.members()) {
                CarpState state = member.state();
                if (known.put(member, state) != state) {
                    note(state + " " + member.name());
                }
            }
        }
    }

    private void fail(String what) {
        failure = String.format(Locale.ROOT, "%.6f s: %s", network.clock.nowNanos() / 1e9, what);
    }

    private void note(String what) {
        history.add(String.format(Locale.ROOT, "%.6f s: %s", network.clock.nowNanos() / 1e9, what));
    }

    private String describe() {
        String members = network.segments.stream()
                .flatMap(segment -> segment.members().stream())
                .map(member -> member.state() + " " + member.describe())
                .collect(Collectors.joining("\n  "));
        return String.join("\n  ", history) + "\n  " + members;
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
