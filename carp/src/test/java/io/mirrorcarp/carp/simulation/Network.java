// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.election.CarpRules;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.DemotionMode;
import io.mirrorcarp.carp.election.DownTimer;
import io.mirrorcarp.carp.election.PeerRules;
import io.mirrorcarp.carp.election.TakeoverSettings;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Hosts and segments drawn by lot. */
final class Network {
    final VirtualClock clock = new VirtualClock();
    final List<Host> hosts = new ArrayList<>();
    final List<Segment> segments = new ArrayList<>();
    final List<OurMember> ours = new ArrayList<>();
    final boolean hasUcarp;
    final int advbase;
    final List<String> groups = new ArrayList<>();
    private final List<Drawn> drawn = new ArrayList<>();
    private final RandomGenerator random;
    private final boolean unicast;
    private final PeerRules rules;
    private final TakeoverSettings takeover;
    private final Set<AddressFamily> families;
    private long downNanos;

    /** @param mixed with twins of other systems, beside at least one of ours */
    Network(RandomGenerator random, boolean mixed) {
        this.random = random;
        advbase = mixed ? 1 + random.nextInt(2) : pick(0, 1, 1, 1, 2, 5);
        unicast = random.nextInt(4) == 0;
        rules = new PeerRules(pick(DownTimer.values()), pick(DemotionMode.values()), mixed || random.nextBoolean());
        takeover = drawTakeover();
        families = pick(
                EnumSet.of(AddressFamily.IPV4), EnumSet.of(AddressFamily.IPV6), EnumSet.allOf(AddressFamily.class));
        int segmentCount = 1 + random.nextInt(mixed ? 2 : 3);
        for (int i = 0; i < segmentCount; i++) {
            segments.add(new Segment(clock, random, unicast));
            groups.add(i == 0 || random.nextInt(3) > 0 ? "firewall" : "other");
        }
        int hostCount = mixed && unicast ? 2 : 2 + random.nextInt(4);
        boolean preempt = random.nextBoolean();
        for (int i = 0; i < hostCount; i++) {
            Kind kind = mixed && i > 0 ? pick(kinds()) : Kind.OURS;
            hosts.add(draw(i, kind, random.nextInt(4) == 0 ? random.nextBoolean() : preempt));
        }
        hasUcarp = drawn.stream().anyMatch(host -> host.kind == Kind.UCARP);
    }

    private enum Kind {
        OURS,
        FREEBSD,
        OPENBSD,
        DRAGONFLY,
        UCARP
    }

    /** Those that can take part: ucarp and DragonFly know IPv4 and multicast only, OpenBSD has one unicast peer, of IPv4. */
    private Kind[] kinds() {
        boolean ipv4 = families.equals(EnumSet.of(AddressFamily.IPV4));
        if (unicast) {
            return ipv4 ? new Kind[] {Kind.OURS, Kind.FREEBSD, Kind.OPENBSD} : new Kind[] {Kind.OURS, Kind.FREEBSD};
        }
        return ipv4 ? Kind.values() : new Kind[] {Kind.OURS, Kind.FREEBSD, Kind.OPENBSD};
    }

    private TakeoverSettings drawTakeover() {
        TakeoverSettings settings = TakeoverSettings.AT_ONCE;
        if (random.nextInt(3) == 0) {
            settings = settings.withBarrier(random.nextLong(Rules.SECOND / 2));
        }
        if (random.nextInt(5) == 0) {
            settings = settings.withPreemptDelay(random.nextLong(3 * Rules.SECOND));
        }
        if (random.nextInt(5) == 0) {
            settings = settings.withStartHoldOff(random.nextLong(10 * Rules.SECOND));
        }
        if (random.nextInt(2) == 0) {
            settings = settings.withHandover(random.nextLong(50 * Rules.SECOND / 1_000));
        }
        return unicast ? settings.withAnnounceRefresh(1 + random.nextLong(5 * Rules.SECOND)) : settings;
    }

    private Host draw(int number, Kind kind, boolean preempt) {
        int advskew = drawSkew(kind);
        Host host = new Host(clock, groups);
        for (Segment segment : segments) {
            InetAddress address = Vectors.address("192.0." + random.nextInt(256) + "." + (number + 1));
            Member member = member(segment, kind, address, advskew, preempt);
            host.add(member);
            segment.add(member);
        }
        return host;
    }

    /**
     * Often 100, so that ours are often equal, to each other or to a BSD. Two twins never are: such sets have no master for
     * long, by their own rules. Nor is anybody equal to a ucarp, which hears of a contest up to a second late.
     */
    private int drawSkew(Kind kind) {
        Drawn candidate;
        do {
            candidate = new Drawn(kind, random.nextBoolean() ? 100 : random.nextInt(mostSkew(kind) + 1));
        } while (drawn.stream().anyMatch(candidate::clashesWith));
        drawn.add(candidate);
        return candidate.advskew;
    }

    /** A twin whose skew is that of a demoted one would be another's equal when that is demoted. */
    private int mostSkew(Kind kind) {
        boolean neverDemoted = segments.size() == 1;
        return kind == Kind.OURS || (kind == Kind.FREEBSD && neverDemoted) ? 254 : 239;
    }

    private record Drawn(Kind kind, int advskew) {
        boolean clashesWith(Drawn other) {
            boolean twins = kind != Kind.OURS && other.kind != Kind.OURS;
            boolean ucarp = kind == Kind.UCARP || other.kind == Kind.UCARP;
            return sent() == other.sent() && (twins || ucarp);
        }

        private int sent() {
            return kind == Kind.FREEBSD ? FreeBsdTwin.leastSkewSent(advskew) : advskew;
        }
    }

    boolean isOurs(Host host) {
        return host.members().get(0) instanceof OurMember;
    }

    private Member member(Segment segment, Kind kind, InetAddress address, int advskew, boolean preempt) {
        if (kind == Kind.OURS) {
            var settings = new CarpSettings(1, new CarpRules(advbase, advskew, rules), preempt, families, takeover);
            var member = new OurMember(clock, segment, random, address, settings);
            ours.add(member);
            long patience =
                    Math.max(settings.rules().masterDownNanos(), advbase == 0 ? 3 * Rules.micros(0, 240) * 1_000 : 0);
            downNanos = Math.max(downNanos, takeover.holdLimitNanos() + patience);
            return member;
        }
        var config = new CarpTwin.Config(advbase, advskew, preempt, families, address);
        CarpTwin twin = switch (kind) {
            case FREEBSD -> new FreeBsdTwin(clock, segment, config);
            case OPENBSD -> new OpenBsdTwin(clock, segment, config);
            case DRAGONFLY -> new DragonFlyTwin(clock, segment, config);
            default -> new UcarpTwin(clock, segment, config, random);
        };
        downNanos = Math.max(downNanos, twin.downMicros() * 1_000);
        return twin;
    }

    /** The numbers of a group's segments. */
    List<Integer> segmentsOf(String group) {
        return IntStream.range(0, groups.size())
                .filter(segment -> groups.get(segment).equals(group))
                .boxed()
                .toList();
    }

    /**
     * The longest master-down time of all, with the time for which a promotion may be held. With advbase 0, where a demoted
     * node advertises more seldom than that, three intervals of a demoted node.
     */
    long downNanos() {
        return downNanos;
    }

    long handoverNanos() {
        return takeover.handoverNanos();
    }

    long preemptDelayNanos() {
        return takeover.preemptDelayNanos();
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
