// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.address;
import static io.mirrorcarp.carp.TestNode.host;
import static io.mirrorcarp.carp.TestSegment.awaitHeld;
import static io.mirrorcarp.carp.TestSegment.awaitReceived;
import static io.mirrorcarp.carp.TestSegment.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.auth.CarpKey;
import io.mirrorcarp.carp.auth.CountingSigner;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.Peer;
import io.mirrorcarp.carp.packet.AdvertisementFrame;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.Digest;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.PacketSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody on the segment who has no key, and sends what he has heard again, or what he made up. Nobody changes his role for it. */
class ReplayKernelTest {
    private static final int ADVERTISEMENT_BYTES = 70;
    private static final int CARP = 34;

    @TempDir
    Path directory;

    private TestSegment segment;
    private PacketSocket attacker;

    @BeforeEach
    void topology() throws Exception {
        segment = new TestSegment(directory);
        attacker = TestSegment.openAttacker(segment.client);
    }

    @AfterEach
    void remove() throws Exception {
        attacker.close();
        if (segment != null) {
            segment.remove();
        }
    }

    private final ByteBuffer sent = ByteBuffer.allocateDirect(256);

    private void send(byte[] frame) {
        attacker.send(sent.clear().put(frame).flip());
    }

    private void forgetWhatWasHeard() {
        MessageBatch batch = new MessageBatch(32, 128);
        while (attacker.receive(batch) > 0) {
            batch.clear();
        }
    }

    /** The next that are on the segment, one after the other. */
    private List<byte[]> heard(int count) {
        List<byte[]> frames = new ArrayList<>();
        MessageBatch batch = new MessageBatch(1, 128);
        eventually(() -> {
            while (frames.size() < count && attacker.receive(batch) == 1) {
                byte[] frame = new byte[ADVERTISEMENT_BYTES];
                batch.payload(0).get(frame);
                frames.add(frame);
            }
            assertThat(frames).hasSize(count);
        });
        return frames;
    }

    /** The same counter and digest, as of a better node. */
    private static byte[] better(byte[] frame) {
        ByteBuffer carp = ByteBuffer.wrap(frame);
        byte[] md = Arrays.copyOfRange(frame, CARP + 16, CARP + 36);
        CarpAdvertisement changed = new CarpAdvertisement(7, 0, 0, 0, carp.getLong(CARP + 8), Digest.of(md));
        return AdvertisementFrame.build(Envelope.multicast(7, address("10.9.0.200"), 0), changed);
    }

    private static VirtualHost wan(int advskew, boolean strict) {
        VirtualHost host = host("wan", 7, "eth0", advskew, "10.9.0.1/24");
        return new VirtualHost(
                host.name(),
                host.carpdev(),
                host.settings(),
                host.auth().withStrict(strict),
                host.group(),
                host.addresses(),
                host.attachment());
    }

    @ParameterizedTest(name = "strict {0}")
    @ValueSource(booleans = {false, true})
    void whatWasHeardLongAgoUnseatsNobodyAsItWasAndAsOfABetterNode(boolean strict) throws Exception {
        // Patience of 0.3 and of 2.3 s: nothing but what is sent here changes a role, on a slow machine as well.
        TestNode a = segment.start(segment.firewallA, wan(25, strict));
        awaitHeld(a, "wan");
        TestNode b = segment.start(segment.firewallB, wan(200, strict));
        awaitReceived(b, CarpCounter.PACKETS_RECEIVED, 5);
        forgetWhatWasHeard();
        List<byte[]> recorded = heard(60);
        int changes = a.changes.size() + b.changes.size();
        for (int i = 0; i < 20; i++) {
            send(recorded.get(i));
            send(better(recorded.get(i)));
            awaitReceived(b, CarpCounter.PACKETS_RECEIVED, 3);
        }
        for (TestNode node : List.of(a, b)) {
            eventually(() -> assertThat(node.counter(CarpCounter.REPLAYED)).isEqualTo(20));
            eventually(() -> assertThat(node.counter(CarpCounter.UNPROVEN)).isEqualTo(20));
        }
        assertThat(a.changes.size() + b.changes.size()).as("changes of roles").isEqualTo(changes);
        assertThat(a.state("wan")).isEqualTo(CarpState.MASTER);
        assertThat(b.state("wan")).isEqualTo(CarpState.BACKUP);
        segment.assertPing(segment.client, "10.9.0.1");
        // The control: the same advertisement of one who has the key. He is no node of this program.
        CountingSigner signer = new CountingSigner(
                7,
                CarpKey.ofPassphrase(TestNode.PASSPHRASE),
                host("wan", 7, "eth0", 25, "10.9.0.1/24").addressSet());
        send(AdvertisementFrame.build(Envelope.multicast(7, address("10.9.0.200"), 0), signer.sign(0, 0)));
        if (strict) {
            eventually(() -> assertThat(a.counter(CarpCounter.UNPROVEN)).isEqualTo(21));
            assertThat(a.state("wan")).isEqualTo(CarpState.MASTER);
        } else {
            eventually(() -> assertThat(a.changes).anyMatch(change -> change.to() == CarpState.BACKUP));
        }
    }

    /** Node A proves what it says; then somebody in its place does not, and is obeyed only when the sealed channel has told that A cannot any more. */
    @Test
    void aPeerThatIsHeldToItsProofsIsReleasedByTheSealedChannel() throws Exception {
        TestNode a = segment.start(segment.firewallA, wan(10, false));
        awaitHeld(a, "wan");
        TestNode b = segment.start(segment.firewallB, wan(25, false));
        awaitReceived(b, CarpCounter.PACKETS_RECEIVED, 10);
        a.stop();
        awaitHeld(b, "wan");
        CountingSigner earlier = new CountingSigner(
                7,
                CarpKey.ofPassphrase(TestNode.PASSPHRASE),
                host("wan", 7, "eth0", 10, "10.9.0.1/24").addressSet());
        Envelope fromA = Envelope.multicast(7, address("10.9.0.2"), 0);
        for (int i = 0; i < 5; i++) {
            send(AdvertisementFrame.build(fromA, earlier.sign(0, 10)));
        }
        eventually(() -> assertThat(b.counter(CarpCounter.UNPROVEN)).isEqualTo(5));
        assertThat(b.state("wan")).isEqualTo(CarpState.MASTER);
        VirtualHost host = wan(10, false);
        TestNode.get(b.verticle()
                .hearPeers(List.of(new PeerStatement(1, "fw-a", host.vhid(), host.addressDigest(), 0, false))));
        eventually(() -> {
            send(AdvertisementFrame.build(fromA, earlier.sign(0, 10)));
            assertThat(b.changes).anyMatch(change -> change.from() == CarpState.MASTER);
        });
        assertThat(b.events).anyMatch(line -> line.contains("fw-a runs a version whose advertisements prove nothing"));
    }

    /** The role of a master that has gone is played with what it said. */
    @Test
    void thePreviousMastersAdvertisementsKeepNoSuccessorFromBeingMaster() throws Exception {
        TestNode a = segment.start(segment.firewallA, host("wan", 7, "eth0", 25, "10.9.0.1/24"));
        awaitHeld(a, "wan");
        TestNode b = segment.start(segment.firewallB, host("wan", 7, "eth0", 50, "10.9.0.1/24"));
        awaitReceived(b, CarpCounter.PACKETS_RECEIVED, 5);
        forgetWhatWasHeard();
        List<byte[]> recorded = heard(30);
        a.stop();
        awaitHeld(b, "wan");
        int changes = b.changes.size();
        for (byte[] frame : recorded.subList(10, 30)) {
            send(frame);
        }
        eventually(() -> assertThat(b.counter(CarpCounter.REPLAYED)).isEqualTo(20));
        assertThat(b.changes).hasSize(changes);
        assertThat(b.state("wan")).isEqualTo(CarpState.MASTER);
    }

    /**
     * Both nodes and the attacker share two processors here, and the first advertisements meet code that is not compiled yet. What may come next passes the filter of the kernel, and
     * each node looks at every one.
     */
    @ParameterizedTest(name = "{1} a second that {0}")
    @CsvSource({"have any counter, 50000", "have one that may come next, 50000"})
    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "loads the machine: -Dload=true")
    void manyForgedOnesMakeNobodyMasterAndDelayNoTakeover(String kind, int perSecond) throws Exception {
        TestNode a = segment.start(segment.firewallA, host("wan", 7, "eth0", 25, "10.9.0.1/24"));
        awaitHeld(a, "wan");
        VirtualHost second = host("wan", 7, "eth0", 50, "10.9.0.1/24");
        TestNode b = segment.start(segment.firewallB, second);
        awaitReceived(b, CarpCounter.PACKETS_RECEIVED, 10);
        int changes = a.changes.size() + b.changes.size();
        long counter = kind.contains("next") ? ByteBuffer.wrap(heard(1).get(0)).getLong(CARP + 8) : 0;
        Flood flood = new Flood(counter, perSecond);
        flood.start();
        try {
            flood.awaitSent(3 * perSecond);
            System.out.printf(
                    "forged advertisements that %s: %.0f/s; of %d the nodes read %d and %d%n",
                    kind,
                    flood.perSecond(),
                    flood.count,
                    a.counter(CarpCounter.PACKETS_RECEIVED),
                    b.counter(CarpCounter.PACKETS_RECEIVED));
            assertThat(a.changes.size() + b.changes.size())
                    .as("changes of roles at %.0f forged ones a second: %s, %s", flood.perSecond(), a.events, b.events)
                    .isEqualTo(changes);
            segment.net.run(segment.bridge, "ip link set port-a down");
            b.awaitState("wan", CarpState.MASTER);
            VirtualHostStatus status = b.snapshot().virtualHost("wan").orElseThrow();
            long silentNanos = status.sinceNanos()
                    - status.peers().stream()
                            .mapToLong(Peer::lastSeenNanos)
                            .max()
                            .orElseThrow();
            assertThat(silentNanos - second.settings().rules().masterDownNanos())
                    .as("ns later than without the flood")
                    .isLessThan(5_000_000);
        } finally {
            flood.end();
        }
        assertThat(flood.perSecond()).as("sent in a second, by a busy machine").isGreaterThan(perSecond / 3.0);
        assertThat(b.counter(CarpCounter.UNVERIFIED)).isPositive();
        if (counter == 0) {
            assertThat(b.counter(CarpCounter.PACKETS_RECEIVED))
                    .as("of %d the kernel passes on few", flood.count)
                    .isLessThan(flood.count / 4);
        }
    }

    /** Forged advertisements of a better node, so many a second where the machine can. */
    private final class Flood extends Thread {
        private final int wantedPerSecond;
        private static final int BATCH = 64;
        private final List<byte[]> frames = new ArrayList<>();
        private final MessageBatch batch = new MessageBatch(BATCH, 128);
        private volatile int count;
        private volatile boolean over;
        private volatile long beganNanos;

        /** @param like a counter of the master, for those that go on from it; 0 for any */
        Flood(long like, int wantedPerSecond) {
            this.wantedPerSecond = wantedPerSecond;
            Random random = new Random(4711);
            Digest none = Digest.of(new byte[Digest.LENGTH]);
            for (int i = 0; i < 4_096; i++) {
                long counter = like == 0 ? random.nextLong() : like + ((long) random.nextInt(1_000) << 28);
                frames.add(AdvertisementFrame.build(
                        Envelope.multicast(7, address("10.9.0.200"), 0),
                        new CarpAdvertisement(7, 0, 0, 0, counter, none)));
            }
        }

        @Override
        public void run() {
            beganNanos = System.nanoTime();
            for (int sent = 0; !over; sent += BATCH) {
                for (int i = 0; i < BATCH; i++) {
                    Objects.requireNonNull(batch.append(null)).put(frames.get((sent + i) % frames.size()));
                    batch.commit();
                }
                while (attacker.send(batch) == Errno.EAGAIN && !over) {
                    Thread.onSpinWait();
                }
                count = sent;
                long early = beganNanos + sent * 1_000_000_000L / wantedPerSecond - System.nanoTime();
                if (early > 1_000_000) {
                    LockSupport.parkNanos(early);
                }
            }
        }

        void awaitSent(int wanted) {
            eventually(() -> assertThat(count).isGreaterThan(wanted));
        }

        double perSecond() {
            return count * 1e9 / (System.nanoTime() - beganNanos);
        }

        void end() throws InterruptedException {
            over = true;
            join();
        }
    }
}
