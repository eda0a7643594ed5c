// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.auth;

import io.mirrorcarp.pfsync.message.FrameHeader;
import java.util.Arrays;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/** The keys of the last {@value #PLACES} lives that were put here. */
final class DerivedKeys {
    private static final int PLACES = 32;

    private final KeyParameter[] keys = new KeyParameter[PLACES];
    private final int[] keyIds = new int[PLACES];
    private final int[] creatorIds = new int[PLACES];
    private final long[] epochs = new long[PLACES];
    private int next;

    /** The key of the life that a header names, or null. */
    @Nullable
    KeyParameter find(FrameHeader header) {
        for (int i = 0; i < PLACES; i++) {
            if (epochs[i] == header.epoch && creatorIds[i] == header.creatorId && keyIds[i] == header.keyId) {
                return keys[i];
            }
        }
        return null;
    }

    /** Puts a key in the place of the oldest one. */
    void put(FrameHeader header, KeyParameter key) {
        keys[next] = key;
        keyIds[next] = header.keyId;
        creatorIds[next] = header.creatorId;
        epochs[next] = header.epoch;
        next = (next + 1) % PLACES;
    }

    void clear() {
        Arrays.fill(keyIds, 0);
        Arrays.fill(keys, null);
    }
}
