// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class ProvenCounterTest {
    private static final InetAddress SENDER = Vectors.address("10.0.0.2");
    private static final CarpKey KEY = CarpKey.ofPassphrase("secret");

    private final ProvenCounter counters = new ProvenCounter(KEY, 1);

    /** Made with the library of the platform, by the words of docs/protocol.md. */
    private static long byTheDocument(long sequence, int advskew, int advbase, int demote, InetAddress sender)
            throws GeneralSecurityException {
        byte[] key =
                hmac("secret".getBytes(StandardCharsets.UTF_8), "mirrorcarp counter".getBytes(StandardCharsets.UTF_8));
        byte[] ofMark = ByteBuffer.allocate(10)
                .put((byte) 0)
                .put((byte) 1)
                .putLong(sequence)
                .array();
        byte[] address = sender.getAddress();
        byte[] ofProof = ByteBuffer.allocate(13 + address.length)
                .put((byte) 1)
                .put((byte) 1)
                .putLong(sequence)
                .put((byte) advskew)
                .put((byte) advbase)
                .put((byte) demote)
                .put(address)
                .array();
        int proof = ByteBuffer.wrap(hmac(key, ofProof)).getInt() >>> 12;
        return (sequence << 28) + ((long) proof << 8) + (hmac(key, ofMark)[0] & 0xffL);
    }

    private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }

    @Test
    void theCounterIsAsTheDocumentSays() throws Exception {
        Random random = new Random(29);
        for (int i = 0; i < 200; i++) {
            long sequence = random.nextLong(ProvenCounter.LAST_SEQUENCE + 1);
            int advskew = random.nextInt(256);
            int advbase = random.nextInt(256);
            int demote = random.nextInt(256);
            InetAddress sender = i % 2 == 0 ? SENDER : Vectors.address("fe80::" + i);
            long counter = counters.make(sequence, advskew, advbase, demote, sender);
            assertThat(counter).isEqualTo(byTheDocument(sequence, advskew, advbase, demote, sender));
            assertThat(ProvenCounter.sequence(counter)).isEqualTo(sequence);
            assertThat(counters.isMarked(counter)).isTrue();
        }
    }

    @Test
    void theExampleInTheDocumentationIsAVector() throws IOException {
        String counter = String.format("%016x", counters.make(1, 0, 1, 0, SENDER));
        assertThat(Files.readString(Path.of("..", "docs", "protocol.md"))).contains("the counter is `" + counter + "`");
    }

    @Test
    void anotherKeyVhidFieldOrSenderIsNoProof() {
        long counter = counters.make(5, 100, 1, 3, SENDER);
        assertThat(counters.proves(said(counter, 100, 1, 3), SENDER)).isTrue();
        assertThat(counters.proves(said(counter, 99, 1, 3), SENDER)).isFalse();
        assertThat(counters.proves(said(counter, 100, 2, 3), SENDER)).isFalse();
        assertThat(counters.proves(said(counter, 100, 1, 2), SENDER)).isFalse();
        assertThat(counters.proves(said(counter, 100, 1, 3), Vectors.address("10.0.0.3")))
                .isFalse();
        assertThat(counters.proves(said(counter, 100, 1, 3), null)).isFalse();
        assertThat(new ProvenCounter(KEY, 2).proves(said(counter, 100, 1, 3), SENDER))
                .isFalse();
        assertThat(new ProvenCounter(CarpKey.ofPassphrase("other"), 1).proves(said(counter, 100, 1, 3), SENDER))
                .isFalse();
    }

    /** A BSD that counts on, or draws its counter at random, has the mark as often as chance wills, and never the proof. */
    @Test
    void theCountersOfOthersProveNothing() {
        long ours = counters.make(1_000, 0, 1, 0, SENDER);
        int marked = 0;
        for (int i = 1; i <= 25_600; i++) {
            marked += counters.isMarked(ours + i) ? 1 : 0;
            assertThat(counters.proves(said(ours + i, 0, 1, 0), SENDER)).isFalse();
        }
        assertThat(marked).isBetween(50, 200);
    }

    private static CarpAdvertisement said(long counter, int advskew, int advbase, int demote) {
        return new CarpAdvertisement(1, advskew, advbase, demote, counter, Digest.of(new byte[Digest.LENGTH]));
    }
}
