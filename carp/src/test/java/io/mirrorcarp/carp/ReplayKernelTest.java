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
import io.mirrorcarp.carp.packet.AdvertisementFrame;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.Digest;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.PacketSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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
        TestNode a = segment.start(segment.firewallA, wan(10, strict));
        awaitHeld(a, "wan");
        TestNode b = segment.start(segment.firewallB, wan(25, strict));
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

    /** The role of a master that has gone is played with what it said. */
    @Test
    void thePreviousMastersAdvertisementsKeepNoSuccessorFromBeingMaster() throws Exception {
        TestNode a = segment.start(segment.firewallA, host("wan", 7, "eth0", 10, "10.9.0.1/24"));
        awaitHeld(a, "wan");
        TestNode b = segment.start(segment.firewallB, host("wan", 7, "eth0", 25, "10.9.0.1/24"));
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

    /** Both nodes and the attacker share two processors here. Where more come than they bear, the sockets overflow, and genuine ones are lost too. */
    @Test
    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "loads the machine: -Dload=true")
    void twentyThousandForgedOnesASecondMakeNobodyMasterAndHideNoMaster() throws Exception {
        TestNode a = segment.start(segment.firewallA, host("wan", 7, "eth0", 25, "10.9.0.1/24"));
        awaitHeld(a, "wan");
        TestNode b = segment.start(segment.firewallB, host("wan", 7, "eth0", 50, "10.9.0.1/24"));
        awaitReceived(b, CarpCounter.PACKETS_RECEIVED, 10);
        int changes = a.changes.size() + b.changes.size();
        // The first ones meet code that is not compiled yet.
        flood(10_000);
        flood(20_000);
        eventually(() -> assertThat(b.counter(CarpCounter.UNVERIFIED)).isPositive());
        awaitReceived(b, CarpCounter.PACKETS_RECEIVED, 10);
        assertThat(a.changes.size() + b.changes.size()).as("changes of roles").isEqualTo(changes);
        assertThat(b.counter(CarpCounter.BAD_AUTH)).isLessThan(b.counter(CarpCounter.UNVERIFIED));
    }

    private void flood(int perSecond) {
        Random random = new Random(perSecond);
        Digest none = Digest.of(new byte[Digest.LENGTH]);
        long start = System.nanoTime();
        for (int i = 0; i < perSecond; i++) {
            long due = start + i * 1_000_000_000L / perSecond;
            for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
                LockSupport.parkNanos(early);
            }
            CarpAdvertisement forged = new CarpAdvertisement(7, 0, 0, 0, random.nextLong(), none);
            send(AdvertisementFrame.build(Envelope.multicast(7, address("10.9.0.200"), 0), forged));
        }
    }
}
