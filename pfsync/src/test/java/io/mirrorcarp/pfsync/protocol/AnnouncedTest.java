// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node says of itself, told by a heartbeat of its own or by the next one. */
class AnnouncedTest {
    private static final InetAddress SENDER = InetAddress.getLoopbackAddress();
    private static final int SECONDS = 10;
    private static final int HEARTBEATS_PER_SECOND = 4;

    private final World world = new World(3);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");

    @BeforeEach
    void start() {
        a.start();
        b.start();
        world.runMillis(1_000);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        say(true, 1);
        world.runMillis(1_000);
        assertThat(b.mastersHeld).containsExactly(new PeerMaster(7, 70, SENDER));
    }

    private void say(boolean master, int second) {
        Announcement.Host host = new Announcement.Host(
                "wan", 7, 70, 1, master, List.of(), 12 + second, master ? second * 1000L : 0, List.of(SENDER));
        a.machine.announce(new Announcement("1", 0, List.of(), List.of(host), 0), world.nowNanos());
    }

    @Test
    void thatTimePassesWaitsForTheNextHeartbeat() {
        long before = a.counter(PfsyncCounter.HEARTBEATS_OUT);
        for (int second = 2; second < 2 + SECONDS; second++) {
            say(true, second);
            world.runMillis(1_000);
        }
        assertThat(a.counter(PfsyncCounter.HEARTBEATS_OUT) - before)
                .isBetween(SECONDS * HEARTBEATS_PER_SECOND - 1L, SECONDS * HEARTBEATS_PER_SECOND + 1L);
    }

    private static Announcement.Host host(int vhid, boolean master) {
        return new Announcement.Host(
                "host" + vhid, vhid, 100 + vhid, 1, master, List.of(), 1, master ? 1000 : 0, List.of(SENDER));
    }

    private void sayAll(int hosts, int masters) {
        List<Announcement.Host> all = IntStream.rangeClosed(1, hosts)
                .mapToObj(vhid -> host(vhid, vhid <= masters))
                .toList();
        a.machine.announce(new Announcement("1", 0, List.of(), all, 0), world.nowNanos());
    }

    private static Set<PeerMaster> masters(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(vhid -> new PeerMaster(vhid, 100 + vhid, SENDER))
                .collect(Collectors.toSet());
    }

    private Announcement heardByB() {
        return b.machine.status(world.nowNanos()).peers().get(0).announcement();
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 12, 13, 24, 60, 255})
    void ofManyVirtualHostsAllAreToldAtOnceAndEachChangeToo(int hosts) {
        int heartbeats = (hosts + 11) / 12;
        sayAll(hosts, hosts);
        world.runMillis(40 + 20 * heartbeats);
        assertThat(b.mastersHeld).isEqualTo(masters(hosts));
        assertThat(heardByB().hosts()).hasSize(hosts);
        assertThat(heardByB().isPartial()).isFalse();
        sayAll(hosts, hosts - 1);
        world.runMillis(40 + 20 * heartbeats);
        assertThat(b.mastersHeld).isEqualTo(masters(hosts - 1));
        sayAll(10, 3);
        world.runMillis(40);
        assertThat(b.mastersHeld).isEqualTo(masters(3));
        assertThat(heardByB().hosts()).hasSize(10);
    }

    @Test
    void ofOnesThatAreNotNamedYetNothingIsSaid() {
        sayAll(60, 0);
        while (heardByB().hosts().size() == 1) {
            world.runMillis(1);
        }
        assertThat(heardByB().hosts()).hasSize(12);
        assertThat(heardByB().isPartial()).isTrue();
    }

    @Test
    void newsDoNotWait() {
        say(false, 2);
        world.runMillis(40);
        assertThat(b.mastersHeld).isEqualTo(Set.of());
    }
}
