// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.auth;

import io.mirrorcarp.pfsync.message.FrameHeader;
import java.util.Arrays;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * Opens frames of any sender who shares a key. Derived keys are kept for the last few senders whose frames were authentic, so
 * that forged senders neither fill memory nor push out genuine ones. Not thread-safe.
 */
public final class FrameOpener {
    private static final int CACHED_KEYS = 32;

    private final FrameCipher cipher = new FrameCipher();
    private final KeyParameter[] keys = new KeyParameter[CACHED_KEYS];
    private final int[] keyIds = new int[CACHED_KEYS];
    private final int[] creatorIds = new int[CACHED_KEYS];
    private final long[] epochs = new long[CACHED_KEYS];
    private int next;
    private Keyring keyring;

    public FrameOpener(Keyring keyring) {
        this.keyring = keyring;
    }

    /** Opens from now on with the keys of {@code keyring} alone. */
    public void use(Keyring keyring) {
        this.keyring = keyring;
        Arrays.fill(keyIds, 0);
    }

    /** Whether there is a key of this id. */
    public boolean hasKey(int keyId) {
        return keyring.secret(keyId) != null;
    }

    /**
     * Decrypts the frame whose header was parsed from {@code frame[frameOffset]} on into the beginning of {@code payload}, which has room
     * for {@link FrameHeader#sealedLength} bytes.
     *
     * @return the length of the payload, or -1 when the key is unknown or the frame is not authentic
     */
    public int open(FrameHeader header, byte[] frame, int frameOffset, byte[] payload) {
        int place = find(header);
        KeyParameter key = place >= 0 ? keys[place] : derive(header);
        if (key == null || !cipher.open(key, header, frameOffset, frame, payload)) {
            return -1;
        }
        if (place < 0) {
            remember(header, key);
        }
        return header.sealedLength - FrameHeader.TAG_BYTES;
    }

    private int find(FrameHeader header) {
        for (int i = 0; i < CACHED_KEYS; i++) {
            if (epochs[i] == header.epoch && creatorIds[i] == header.creatorId && keyIds[i] == header.keyId) {
                return i;
            }
        }
        return -1;
    }

    private @Nullable KeyParameter derive(FrameHeader header) {
        byte[] secret = keyring.secret(header.keyId);
        return secret == null ? null : FrameCipher.derive(secret, header.creatorId, header.epoch);
    }

    private void remember(FrameHeader header, KeyParameter key) {
        keys[next] = key;
        keyIds[next] = header.keyId;
        creatorIds[next] = header.creatorId;
        epochs[next] = header.epoch;
        next = (next + 1) % CACHED_KEYS;
    }
}
