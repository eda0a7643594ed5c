// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.auth;

import io.mirrorcarp.pfsync.message.FrameHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * ChaCha20-Poly1305 (RFC 8439) as frames use it. The nonce is 0 for a stream frame and 1 for a control frame in four
 * bytes, then the number of the frame in eight, both big-endian. The key is HKDF-SHA256 (RFC 5869), without salt, of the file's secret with the
 * info {@code "mirrorcarp pfsync frame 1"}, the creator id in four bytes and the epoch in eight, both big-endian: so each life of each node seals
 * under a key of its own, and its numbers may start at 1.
 */
final class FrameCipher {
    private static final byte[] LABEL = "mirrorcarp pfsync frame 1".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;

    private final ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
    private final byte[] nonce = new byte[NONCE_BYTES];
    private final ByteBuffer nonceView = ByteBuffer.wrap(nonce);

    static KeyParameter derive(byte[] secret, int creatorId, long epoch) {
        byte[] info = ByteBuffer.allocate(LABEL.length + Integer.BYTES + Long.BYTES)
                .put(LABEL)
                .putInt(creatorId)
                .putLong(epoch)
                .array();
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
        hkdf.init(new HKDFParameters(secret, null, info));
        byte[] key = new byte[KEY_BYTES];
        hkdf.generateBytes(key, 0, key.length);
        return new KeyParameter(key);
    }

    /** Encrypts {@code payload} to behind the header that is already in {@code frame}, and appends the tag. */
    void seal(KeyParameter key, FrameHeader header, int frameOffset, byte[] frame, byte[] payload, int payloadLength) {
        begin(true, key, header);
        cipher.processAADBytes(frame, frameOffset, header.sealedOffset - frameOffset);
        int written = cipher.processBytes(payload, 0, payloadLength, frame, header.sealedOffset);
        try {
            cipher.doFinal(frame, header.sealedOffset + written);
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("encryption has no tag to be wrong", e);
        }
    }

    /** Decrypts a frame into {@code payload}; false when it is not authentic, and {@code payload} is then worthless. */
    boolean open(KeyParameter key, FrameHeader header, int frameOffset, byte[] frame, byte[] payload) {
        begin(false, key, header);
        cipher.processAADBytes(frame, frameOffset, header.sealedOffset - frameOffset);
        int written = cipher.processBytes(frame, header.sealedOffset, header.sealedLength, payload, 0);
        try {
            cipher.doFinal(payload, written);
            return true;
        } catch (InvalidCipherTextException e) {
            return false;
        }
    }

    private void begin(boolean sealing, KeyParameter key, FrameHeader header) {
        nonceView.putInt(0, header.stream ? 0 : 1).putLong(Integer.BYTES, header.sequence);
        cipher.init(sealing, new ParametersWithIV(key, nonce));
    }
}
