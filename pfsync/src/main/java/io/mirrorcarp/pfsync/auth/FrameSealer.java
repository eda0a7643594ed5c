// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.auth;

import io.mirrorcarp.pfsync.message.FrameHeader;
import java.util.Objects;
import org.bouncycastle.crypto.params.KeyParameter;

/** Seals the frames of one life of one node: one creator id, one epoch. Not thread-safe. */
public final class FrameSealer {
    /** A sealed frame is at most this much longer than its payload. */
    public static final int OVERHEAD_BYTES = FrameHeader.MAX_BYTES + FrameHeader.TAG_BYTES;

    private final FrameCipher cipher = new FrameCipher();
    private final FrameHeader header = new FrameHeader();
    private final int creatorId;
    private final long epoch;
    private int keyId;
    private KeyParameter key;
    private int streamVersion = FrameHeader.LOWEST_VERSION;

    /**
     * @param creatorId this node's host id, not 0
     * @param epoch drawn at random at this start, not 0: a nonce is used again if two starts share one
     */
    public FrameSealer(Keyring keyring, int creatorId, long epoch) {
        if (creatorId == 0 || epoch == 0) {
            throw new IllegalArgumentException("creator id and epoch are not 0");
        }
        this.creatorId = creatorId;
        this.epoch = epoch;
        keyId = keyring.activeKeyId();
        key = derive(keyring);
    }

    public int creatorId() {
        return creatorId;
    }

    public long epoch() {
        return epoch;
    }

    /** Seals from now on with the active key of {@code keyring}. */
    public void use(Keyring keyring) {
        keyId = keyring.activeKeyId();
        key = derive(keyring);
    }

    /**
     * Seals stream frames in this version from now on. Control frames stay in the lowest one, since nodes of any version must be able to
     * find one another with them.
     */
    public void speak(int version) {
        streamVersion = version;
    }

    private KeyParameter derive(Keyring keyring) {
        return FrameCipher.derive(Objects.requireNonNull(keyring.secret(keyring.activeKeyId())), creatorId, epoch);
    }

    /**
     * Writes the frame of a payload to the beginning of {@code frame}, which has room for {@link #OVERHEAD_BYTES} more than
     * the payload. No number may be used twice for the same kind.
     *
     * @param stream a stream frame, else a control frame
     * @param sequence the number of the frame among its kind, from 1
     * @return the length of the frame
     */
    public int seal(boolean stream, long sequence, byte[] payload, int payloadLength, byte[] frame) {
        return seal(
                stream ? streamVersion : FrameHeader.LOWEST_VERSION, stream, sequence, payload, payloadLength, frame);
    }

    /** Whether a frame with this header is of another key than that which seals now. */
    public boolean isOfOtherKey(FrameHeader sealed) {
        return sealed.keyId != keyId;
    }

    /** Seals the payload of an earlier stream frame anew: under the present key, with the version and the number of then, so that no number has two contents. */
    public int sealAnew(FrameHeader sealed, byte[] payload, int payloadLength, byte[] frame) {
        return seal(sealed.version, true, sealed.sequence, payload, payloadLength, frame);
    }

    private int seal(int version, boolean stream, long sequence, byte[] payload, int payloadLength, byte[] frame) {
        header.version = version;
        header.keyId = keyId;
        header.creatorId = creatorId;
        header.epoch = epoch;
        header.stream = stream;
        header.sequence = sequence;
        header.sealedLength = payloadLength + FrameHeader.TAG_BYTES;
        int sealedOffset = header.write(frame, 0);
        cipher.seal(key, header, 0, frame, payload, payloadLength);
        return sealedOffset + header.sealedLength;
    }
}
