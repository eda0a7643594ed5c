// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.pfsync.message.FrameHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class FrameSealTest {
    private static final int CREATOR = 0x6f1c2a90;
    private static final long EPOCH = 0x0123456789abcdefL;
    private static final byte[] SECRET = secret(1);

    private final Keyring keyring = new Keyring(Map.of(1, SECRET, 2, secret(2)), 1);
    private final FrameSealer sealer = new FrameSealer(keyring, CREATOR, EPOCH);
    private final FrameOpener opener = new FrameOpener(keyring);
    private final FrameHeader header = new FrameHeader();
    private final byte[] opened = new byte[2048];

    private static byte[] secret(int seed) {
        byte[] secret = new byte[32];
        new Random(seed).nextBytes(secret);
        return secret;
    }

    private byte[] seal(boolean stream, long sequence, byte[] payload) {
        byte[] frame = new byte[payload.length + FrameSealer.OVERHEAD_BYTES];
        return Arrays.copyOf(frame, sealer.seal(stream, sequence, payload, payload.length, frame));
    }

    private int open(FrameOpener opener, byte[] frame) {
        return header.parse(frame, 0, frame.length) == null ? opener.open(header, frame, 0, opened) : -2;
    }

    @Test
    void opensWhatItSealedAtEveryLength() {
        Random random = new Random(3);
        for (int length = 0; length < 1440; length++) {
            byte[] payload = new byte[length];
            random.nextBytes(payload);
            byte[] frame = seal((length & 1) == 0, length + 1L, payload);
            assertThat(frame.length).isLessThanOrEqualTo(length + FrameSealer.OVERHEAD_BYTES);
            assertThat(open(opener, frame)).isEqualTo(length);
            assertThat(Arrays.copyOf(opened, length)).isEqualTo(payload);
        }
    }

    @Test
    void sealsAsTheDocumentSays() throws Exception {
        byte[] payload = "what the peer's kernel needs".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        byte[] frame = seal(false, 77, payload);
        assertThat(header.parse(frame, 0, frame.length)).isNull();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
        mac.init(new SecretKeySpec(mac.doFinal(SECRET), "HmacSHA256"));
        mac.update("mirrorcarp pfsync frame 1".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        mac.update(ByteBuffer.allocate(12).putInt(CREATOR).putLong(EPOCH).array());
        mac.update((byte) 1);
        Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
        byte[] nonce = ByteBuffer.allocate(12).putInt(1).putLong(77).array();
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(mac.doFinal(), "ChaCha20"), new IvParameterSpec(nonce));
        cipher.updateAAD(frame, 0, header.sealedOffset);
        assertThat(cipher.doFinal(frame, header.sealedOffset, header.sealedLength))
                .isEqualTo(payload);
    }

    @Test
    void refusesAFrameInWhichAnyOneBitIsChanged() {
        byte[] frame = seal(true, 5, new byte[40]);
        assertThat(open(opener, frame)).isEqualTo(40);
        for (int bit = 0; bit < frame.length * 8; bit++) {
            byte[] tampered = frame.clone();
            tampered[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(open(opener, tampered)).as("bit " + bit).isNegative();
        }
        assertThat(open(opener, frame)).isEqualTo(40);
    }

    @Test
    void refusesOtherSecretsAndUnknownKeyIds() {
        byte[] frame = seal(true, 5, new byte[40]);
        assertThat(open(new FrameOpener(new Keyring(Map.of(1, secret(9)), 1)), frame))
                .isEqualTo(-1);
        assertThat(open(new FrameOpener(new Keyring(Map.of(2, SECRET), 2)), frame))
                .isEqualTo(-1);
    }

    @Test
    void opensOldAndNewKeyWhileBothAreLive() {
        byte[] old = seal(true, 1, new byte[8]);
        sealer.use(new Keyring(Map.of(1, SECRET, 2, secret(2)), 2));
        byte[] fresh = seal(true, 2, new byte[8]);
        assertThat(open(opener, old)).isEqualTo(8);
        assertThat(open(opener, fresh)).isEqualTo(8);
        assertThat(header.keyId).isEqualTo(2);
        opener.use(new Keyring(Map.of(2, secret(2)), 2));
        assertThat(open(opener, old)).isEqualTo(-1);
        assertThat(open(opener, fresh)).isEqualTo(8);
    }

    @Test
    void aStreamFrameAndAControlFrameOfOneNumberShareNoKeyStream() {
        byte[] stream = seal(true, 9, new byte[64]);
        byte[] control = seal(false, 9, new byte[64]);
        assertThat(Arrays.copyOfRange(stream, stream.length - 80, stream.length - 16))
                .isNotEqualTo(Arrays.copyOfRange(control, control.length - 80, control.length - 16));
    }

    @Test
    void forgedSendersDoNotPushOutGenuineKeys() {
        byte[] genuine = seal(true, 1, new byte[8]);
        assertThat(open(opener, genuine)).isEqualTo(8);
        byte[] forged = genuine.clone();
        for (int i = 0; i < 1000; i++) {
            forged[5] = (byte) i;
            forged[6] = (byte) (i >> 8);
            if (forged[5] != genuine[5] || forged[6] != genuine[6]) {
                assertThat(open(opener, forged)).isEqualTo(-1);
            }
        }
        assertThat(open(opener, genuine)).isEqualTo(8);
    }

    @Test
    void aKeyringRefusesWhatIsTooShortOrOutOfRange() {
        assertThatThrownBy(() -> new Keyring(Map.of(1, new byte[31]), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("key 1 has 31 bytes, fewer than 32");
        assertThatThrownBy(() -> new Keyring(Map.of(0, SECRET), 0)).hasMessageContaining("key id 0");
        assertThatThrownBy(() -> new Keyring(Map.of(1, SECRET), 2)).hasMessage("the active key 2 is not there");
    }
}
