// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.conntrack.io.ConntrackCounter;
import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.TestNetwork;
import io.mirrorcarp.pfsync.message.FlowTuple;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel, with real filters. {@code conntrack -I} stands for the other router's word. */
class PacketHoldKernelTest {
    private static final int QUESTION = 5000;
    private static final int ANSWER = 7000;
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int SOON_MILLIS = 3_000;
    private static final int NEVER_MILLIS = 150;

    private final CounterSet<ConntrackCounter> counters = new CounterSet<>(ConntrackCounter.class);
    private HoldBed bed;
    private TestNetwork net;
    private String router;
    private DatagramSocket client;
    private DatagramSocket server;
    private PacketHold hold;

    @BeforeEach
    void open() throws Exception {
        bed = new HoldBed();
        net = bed.net;
        router = bed.router;
        client = HoldBed.socket(bed.client, "10.0.0.2", QUESTION);
        server = HoldBed.socket(bed.server, HoldBed.SERVER, ANSWER);
    }

    @AfterEach
    void close() {
        if (hold != null) {
            hold.close();
        }
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
        if (bed != null) {
            bed.close();
        }
    }

    private void holdPackets() throws Exception {
        hold = NetworkNamespace.within(router, () -> {
            PacketHold opened = PacketHold.open(PacketHoldKernelTest::hash, counters, 1_500);
            opened.hold(Set.of("wan0"));
            return opened;
        });
    }

    private static long hash(FlowTuple tuple, int zone) {
        return tuple.sourceLow * 31 * 31
                + tuple.destinationLow * 31
                + ((long) tuple.sourcePort << 40)
                + ((long) tuple.destinationPort << 20);
    }

    private void answer(String word) throws IOException {
        byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
        server.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName("192.0.2.1"), QUESTION));
    }

    private void tellState() {
        net.run(
                router,
                "conntrack -I -p udp -s 10.0.0.2 -d 192.0.2.2 --sport " + QUESTION + " --dport " + ANSWER
                        + " --src-nat 192.0.2.1 -t 30");
    }

    private String received(int patienceMillis) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        client.setSoTimeout(patienceMillis);
        try {
            client.receive(packet);
        } catch (SocketTimeoutException e) {
            return "nothing";
        }
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
    }

    private void await(BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + LIMIT_NANOS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time; " + counters.values()).isLessThan(deadlineNanos);
            hold.drain(System.nanoTime());
        }
    }

    private long count(ConntrackCounter counter) {
        return counters.value(counter);
    }

    @Test
    void withoutHoldingTheAnswerThatOutranItsStateIsLost() throws Exception {
        answer("lost");
        tellState();
        assertThat(received(NEVER_MILLIS)).isEqualTo("nothing");
        answer("second");
        assertThat(received(SOON_MILLIS)).isEqualTo("second");
    }

    @Test
    void anAnswerWaitsForItsStateAndComesThroughUnchanged() throws Exception {
        holdPackets();
        answer("first");
        await(() -> count(ConntrackCounter.HELD) == 1);
        assertThat(received(1)).isEqualTo("nothing");
        tellState();
        await(() -> count(ConntrackCounter.HELD_RELEASED) == 1);
        assertThat(received(SOON_MILLIS)).isEqualTo("first");
        answer("second");
        assertThat(received(SOON_MILLIS)).isEqualTo("second");
        assertThat(count(ConntrackCounter.HELD))
                .as("with a state nothing waits")
                .isEqualTo(1);
    }

    @Test
    void anAnswerOverIpv6WaitsForItsState() throws Exception {
        client.close();
        client = HoldBed.socket(bed.client, HoldBed.CLIENT_6, QUESTION);
        holdPackets();
        try (DatagramSocket six = HoldBed.socket(bed.server, HoldBed.SERVER_6, ANSWER)) {
            byte[] word = "six".getBytes(StandardCharsets.US_ASCII);
            six.send(new DatagramPacket(word, word.length, InetAddress.getByName(HoldBed.VIRTUAL_6), QUESTION));
            await(() -> count(ConntrackCounter.HELD) == 1);
            assertThat(received(1)).isEqualTo("nothing");
            net.run(
                    router,
                    "conntrack -I -p udp -s " + HoldBed.CLIENT_6 + " -d " + HoldBed.SERVER_6 + " --sport " + QUESTION
                            + " --dport " + ANSWER + " --src-nat " + HoldBed.VIRTUAL_6 + " -t 30");
            await(() -> count(ConntrackCounter.HELD_RELEASED) == 1);
            assertThat(received(SOON_MILLIS)).isEqualTo("six");
        }
    }

    @Test
    void ofAnAnswerNobodyAskedForTheFiltersDecide() throws Exception {
        net.run(router, "nft add chain inet strict count { type filter hook input priority -100; }");
        net.run(router, "nft add rule inet strict count udp dport 5000 counter");
        holdPackets();
        answer("stray");
        await(() -> count(ConntrackCounter.HELD) == 1);
        assertThat(net.run(router, "nft list chain inet strict count")).contains("packets 0");
        hold.onTime(Long.MAX_VALUE);
        assertThat(count(ConntrackCounter.HELD_EXPIRED)).isEqualTo(1);
        assertThat(net.run(router, "nft list chain inet strict count")).contains("packets 1");
        assertThat(received(NEVER_MILLIS)).isEqualTo("nothing");
    }

    @Test
    void whatASocketOfTheRouterWaitsForIsNotHeld() throws Exception {
        net.run(router, "nft insert rule inet strict input udp dport 5000 accept");
        holdPackets();
        try (DatagramSocket own = NetworkNamespace.within(router, () -> new DatagramSocket(QUESTION))) {
            own.setSoTimeout(SOON_MILLIS);
            answer("mine");
            DatagramPacket packet = new DatagramPacket(new byte[16], 16);
            own.receive(packet);
            assertThat(packet.getLength()).isEqualTo(4);
        }
        hold.drain(System.nanoTime());
        assertThat(count(ConntrackCounter.HELD)).isZero();
    }

    @Test
    void nothingOfItIsLeftWhenItEnds() throws Exception {
        holdPackets();
        assertThat(net.run(router, "nft list ruleset")).contains("outran their state");
        assertThat(net.run(router, "ip -br link")).contains("carphold0");
        answer("first");
        await(() -> count(ConntrackCounter.HELD) == 1);
        hold.close();
        hold = null;
        assertThat(net.run(router, "nft list ruleset")).doesNotContain("outran their state");
        assertThat(net.run(router, "ip -br link")).doesNotContain("carphold");
        assertThat(count(ConntrackCounter.HELD_EXPIRED)).isEqualTo(1);
    }
}
