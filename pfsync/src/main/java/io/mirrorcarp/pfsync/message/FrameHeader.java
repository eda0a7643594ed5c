// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import org.jspecify.annotations.Nullable;

/**
 * The cleartext beginning of a frame: who sealed it, with which key, under which number. Nothing in it is to be believed
 * before the frame was opened. A carrier, reused from frame to frame.
 *
 * <pre>
 * 08 vv                    version, 1 or 2
 * 10 kk [kk]               key id, 1 to 255
 * 1d cc cc cc cc           creator id
 * 21 ee ee ee ee ee ee ee ee   epoch
 * 29 or 31 and 8 bytes     sequence of a stream frame, or number of a control frame, from 1
 * 7a ll [ll]               length of the sealed payload, which ends the frame
 * </pre>
 */
public final class FrameHeader {
    /** The lowest version that this code understands. Every node understands it, so it is the one to begin with. */
    public static final int LOWEST_VERSION = 1;
    /** The highest version that this code understands. */
    public static final int HIGHEST_VERSION = 2;
    /** No header is longer. */
    public static final int MAX_BYTES = 2 + 3 + 5 + 9 + 9 + 3;
    /** The highest key id. */
    public static final int MAX_KEY_ID = 255;
    /** Length of the authentication tag that ends the sealed payload. */
    public static final int TAG_BYTES = 16;

    private static final int MIN_FRAME_BYTES = 2 + 2 + 5 + 9 + 9 + 2 + TAG_BYTES;
    private static final byte FIRST_BYTE = 1 << 3;

    /** {@link #LOWEST_VERSION} to {@link #HIGHEST_VERSION}. */
    public int version = LOWEST_VERSION;
    /** 1 to {@link #MAX_KEY_ID}. */
    public int keyId;
    /** The sender's host id, never 0. */
    public int creatorId;
    /** The sender's epoch, never 0. */
    public long epoch;
    /** True for a stream frame, false for a control frame. */
    public boolean stream;
    /** The number within the stream or the control frames of this epoch, from 1; never negative. */
    public long sequence;
    /** Where the sealed payload begins in the buffer given to {@link #parse}: everything before it is associated data. */
    public int sealedOffset;
    /** Its length with the tag. */
    public int sealedLength;

    private final WireReader reader = new WireReader();
    private final WireWriter writer = new WireWriter();

    /**
     * Writes the header of a frame whose sealed payload has {@link #sealedLength} bytes, and sets {@link #sealedOffset}.
     *
     * @return the position behind it
     */
    public int write(byte[] buffer, int offset) {
        writer.wrap(buffer, offset);
        writer.varintField(1, version);
        writer.varintField(2, keyId);
        writer.fixed32FieldIfSet(3, creatorId);
        writer.fixed64FieldIfSet(4, epoch);
        writer.fixed64FieldIfSet(stream ? 5 : 6, sequence);
        writer.tag(15, WireWriter.LENGTH);
        writer.varint(sealedLength);
        sealedOffset = writer.position();
        return sealedOffset;
    }

    /**
     * Reads a header. A field that this version does not know is passed over, if it stands before the sealed payload.
     *
     * @return null when the header is complete and in range, or else why the frame is dropped
     */
    public @Nullable Rejection parse(byte[] buffer, int offset, int length) {
        if (length >= 1 && buffer[offset] != FIRST_BYTE) {
            return Rejection.BAD_VERSION;
        }
        if (length < MIN_FRAME_BYTES) {
            return Rejection.SHORT_HEADER;
        }
        clear();
        reader.wrap(buffer, offset, offset + length);
        long said = 0;
        long key = 0;
        int numbers = 0;
        int field = reader.nextField();
        while (field != 0 && field != 15) {
            switch (field) {
                case 1 -> said = reader.varint();
                case 2 -> key = reader.varint();
                case 3 -> creatorId = reader.fixed32();
                case 4 -> epoch = reader.fixed64();
                case 5, 6 -> {
                    stream = field == 5;
                    sequence = reader.fixed64();
                    numbers++;
                }
                default -> reader.skip();
            }
            field = reader.nextField();
        }
        return check(said, key, numbers, field == 15, offset + length);
    }

    private @Nullable Rejection check(long said, long key, int numbers, boolean sealed, int limit) {
        if (!reader.failed() && (said < LOWEST_VERSION || said > HIGHEST_VERSION)) {
            return Rejection.BAD_VERSION;
        }
        sealedLength = sealed ? reader.length() : 0;
        sealedOffset = reader.position();
        if (reader.failed() || sealedLength < TAG_BYTES || sealedOffset + sealedLength != limit) {
            return Rejection.BAD_LENGTH;
        }
        if (key < 1 || key > MAX_KEY_ID || creatorId == 0 || epoch == 0 || numbers != 1 || sequence <= 0) {
            return Rejection.BAD_VALUES;
        }
        version = (int) said;
        keyId = (int) key;
        return null;
    }

    private void clear() {
        version = LOWEST_VERSION;
        keyId = 0;
        creatorId = 0;
        epoch = 0;
        stream = false;
        sequence = 0;
        sealedOffset = 0;
        sealedLength = 0;
    }
}
