// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.address;
import static io.mirrorcarp.carp.TestNode.host;
import static io.mirrorcarp.carp.TestSegment.awaitHeld;
import static io.mirrorcarp.carp.TestSegment.awaitReceived;
import static io.mirrorcarp.carp.TestSegment.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.auth.Arrival;
import io.mirrorcarp.carp.auth.Authenticator;
import io.mirrorcarp.carp.auth.SequenceMark;
import io.mirrorcarp.carp.auth.VerificationBudget;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.TransitionReason;
import io.mirrorcarp.carp.packet.AdvertisementFrame;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.Digest;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.PacketSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A machine that is stopped together with its clock, as a guest whose host suspends it, cannot know that it stood still: it goes on as if nothing had been. Here it is a peer with the key that falls silent, and goes
 * on with its next sequence; or the others are, who went on without the node.
 */
class StoppedClockKernelTest {
    private static final int CARP = 34;
    private static final int SOURCE = 26;
    private static final int DIGEST_BYTES = 20;
    private static final InetAddress PEER = address("10.9.0.200");
    private static final VirtualHost PREFERRED = host("wan", 7, "eth0", 10, "10.9.0.1/24");
    private static final VirtualHost SECOND = host("wan", 7, "eth0", 100, "10.9.0.1/24");

    @TempDir
    Path directory;

    private final Authenticator peer =
            new Authenticator(PREFERRED.auth(), PREFERRED.addressSet(), SequenceMark.NONE, new VerificationBudget());
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ByteBuffer sent = ByteBuffer.allocateDirect(256);
    private volatile boolean peerRuns;
    private @Nullable ScheduledFuture<?> saying;
    private TestSegment segment;
    private PacketSocket wire;

    @BeforeEach
    void topology() throws Exception {
        segment = new TestSegment(directory);
        wire = TestSegment.openAttacker(segment.client);
    }

    @AfterEach
    void remove() throws Exception {
        if (saying != null) {
            saying.cancel(false);
        }
        timer.shutdownNow();
        assertThat(timer.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
        wire.close();
        if (segment != null) {
            segment.remove();
        }
    }

    private synchronized void peerSays(int advskew) {
        CarpAdvertisement said = peer.sign(0, advskew, 0, PEER);
        wire.send(sent.clear()
                .put(AdvertisementFrame.build(Envelope.multicast(7, PEER, 0), said))
                .flip());
    }

    /** The peer hears the next advertisement of the node. */
    private synchronized void peerHears() {
        MessageBatch batch = new MessageBatch(1, 128);
        while (wire.receive(batch) > 0) {
            batch.clear();
        }
        eventually(() -> {
            assertThat(wire.receive(batch)).isEqualTo(1);
            byte[] frame = new byte[CARP + 36];
            batch.payload(0).get(frame);
            byte[] md = Arrays.copyOfRange(frame, CARP + 16, CARP + 16 + DIGEST_BYTES);
            CarpAdvertisement heard = new CarpAdvertisement(
                    7,
                    frame[CARP + 2] & 0xff,
                    frame[CARP + 5] & 0xff,
                    frame[CARP + 4] & 0xff,
                    ByteBuffer.wrap(frame).getLong(CARP + 8),
                    Digest.of(md));
            InetAddress source = InetAddress.getByAddress(Arrays.copyOfRange(frame, SOURCE, SOURCE + 4));
            assertThat(peer.verify(heard, Arrival.toGroup(source), System.nanoTime())
                            .accepted())
                    .isTrue();
        });
    }

    @Test
    void aMasterThatStoodStillWithItsClockIsNotGivenWayToBeforeItHasListened() throws Exception {
        peer.beginTerm();
        saying = timer.scheduleAtFixedRate(
                () -> {
                    if (peerRuns) {
                        peerSays(10);
                    }
                },
                0,
                40,
                TimeUnit.MILLISECONDS);
        peerRuns = true;
        TestNode b = segment.start(segment.firewallB, SECOND);
        awaitReceived(b, CarpCounter.PACKETS_RECEIVED, 10);
        assertThat(b.state("wan")).isEqualTo(CarpState.BACKUP);
        peerRuns = false;
        awaitHeld(b, "wan");
        int changes = b.changes.size();

        peerRuns = true;
        awaitReceived(b, CarpCounter.PACKETS_RECEIVED, 20);
        assertThat(b.changes).as("the better node says that it is master").hasSize(changes);
        assertThat(b.state("wan")).isEqualTo(CarpState.MASTER);

        // The control: it has heard what happened, and says the same.
        peerRuns = false;
        peerHears();
        peerRuns = true;
        eventually(() -> assertThat(b.changes).anyMatch(change -> change.from() == CarpState.MASTER));
    }

    @Test
    void aMasterThatHearsThatItWasReplacedIsBackupUntilItHasListened() throws Exception {
        TestNode a = segment.start(segment.firewallA, PREFERRED);
        awaitHeld(a, "wan");
        int changes = a.changes.size();
        peerHears();
        long received = a.counter(CarpCounter.PACKETS_RECEIVED);
        peerSays(100);
        eventually(() -> assertThat(a.counter(CarpCounter.PACKETS_RECEIVED)).isGreaterThan(received));
        assertThat(a.changes)
                .as("the control: a worse master that it has not missed")
                .hasSize(changes);

        peer.beginTerm();
        peerSays(100);
        eventually(() -> assertThat(a.changes).hasSizeGreaterThan(changes));
        assertThat(a.changes.get(changes).to()).isEqualTo(CarpState.BACKUP);
        assertThat(a.changes.get(changes).reason()).isEqualTo(TransitionReason.REPLACED);
        assertThat(a.events).anyMatch(line -> line.contains("another node has replaced this one"));
    }
}
