// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Collects bytes until one length-delimited message is complete. */
final class DelimitedBuffer {
    private static final int MAXIMUM_VARINT = 5;

    private final int maximumLength;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    DelimitedBuffer(int maximumLength) {
        this.maximumLength = maximumLength;
    }

    /**
     * Adds bytes.
     *
     * @return the message; null while it is not complete
     * @throws InvalidProtocolBufferException when the length is not one, or is above the maximum
     */
    byte @Nullable [] append(byte[] more) throws InvalidProtocolBufferException {
        bytes.write(more, 0, Math.min(more.length, maximumLength + MAXIMUM_VARINT - bytes.size()));
        byte[] collected = bytes.toByteArray();
        int prefix = 0;
        while (prefix < collected.length && collected[prefix] < 0) {
            prefix++;
        }
        if (prefix >= MAXIMUM_VARINT) {
            throw new InvalidProtocolBufferException("its length is not a varint");
        }
        if (prefix == collected.length) {
            return null;
        }
        int length = length(collected);
        if (length < 0 || length > maximumLength) {
            throw new InvalidProtocolBufferException("longer than " + maximumLength + " bytes");
        }
        int start = prefix + 1;
        return collected.length < start + length ? null : Arrays.copyOfRange(collected, start, start + length);
    }

    private static int length(byte[] collected) throws InvalidProtocolBufferException {
        try {
            return CodedInputStream.readRawVarint32(
                    collected[0], new ByteArrayInputStream(collected, 1, collected.length - 1));
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
    }
}
