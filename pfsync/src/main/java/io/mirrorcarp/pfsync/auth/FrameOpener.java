// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.auth;

import io.mirrorcarp.pfsync.message.FrameHeader;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * Opens frames of any sender who shares a key. Derived keys are kept for the last few senders whose frames were authentic, those of sessions apart from those of
 * strangers: so neither forged nor recorded frames fill memory or push out the key of a session. Not thread-safe.
 */
public final class FrameOpener {
    private final FrameCipher cipher = new FrameCipher();
    private final DerivedKeys ofSessions = new DerivedKeys();
    private final DerivedKeys ofStrangers = new DerivedKeys();
    private Keyring keyring;

    public FrameOpener(Keyring keyring) {
        this.keyring = keyring;
    }

    /** Opens from now on with the keys of {@code keyring} alone. */
    public void use(Keyring keyring) {
        this.keyring = keyring;
        ofSessions.clear();
        ofStrangers.clear();
    }

    /** Whether there is a key of this id. */
    public boolean hasKey(int keyId) {
        return keyring.secret(keyId) != null;
    }

    /**
     * Decrypts a frame of a session, or of this node itself: the header was parsed from {@code frame[frameOffset]} on. The result is in the beginning of
     * {@code payload}, which has room for {@link FrameHeader#sealedLength} bytes.
     *
     * @return the length of the payload, or -1 when the key is unknown or the frame is not authentic
     */
    public int open(FrameHeader header, byte[] frame, int frameOffset, byte[] payload) {
        return open(ofSessions, header, frame, frameOffset, payload);
    }

    /** The same with a frame of anybody else. */
    public int openOfStranger(FrameHeader header, byte[] frame, int frameOffset, byte[] payload) {
        return open(ofStrangers, header, frame, frameOffset, payload);
    }

    private int open(DerivedKeys kept, FrameHeader header, byte[] frame, int frameOffset, byte[] payload) {
        KeyParameter found = kept.find(header);
        KeyParameter key = found != null ? found : derive(header);
        if (key == null || !cipher.open(key, header, frameOffset, frame, payload)) {
            return -1;
        }
        if (found == null) {
            kept.put(header, key);
        }
        return header.sealedLength - FrameHeader.TAG_BYTES;
    }

    private @Nullable KeyParameter derive(FrameHeader header) {
        byte[] secret = keyring.secret(header.keyId);
        return secret == null ? null : FrameCipher.derive(secret, header.creatorId, header.epoch);
    }
}
