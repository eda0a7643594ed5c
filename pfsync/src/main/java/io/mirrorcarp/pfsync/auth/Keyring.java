// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.auth;

import io.mirrorcarp.pfsync.message.FrameHeader;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The shared secrets of a pair, by key id. Any of them opens a frame; the active one seals. To change a key without a gap, give every node the new
 * one, then make it active on every node, then take the old one away. Immutable; never printed.
 */
public final class Keyring {
    /** A secret has at least this many bytes. */
    public static final int MIN_SECRET_BYTES = 32;

    private final TreeMap<Integer, byte[]> secrets = new TreeMap<>();
    private final int activeKeyId;

    /**
     * @param secrets key id, 1 to {@link FrameHeader#MAX_KEY_ID}, to at least {@link #MIN_SECRET_BYTES} random bytes
     * @param activeKeyId which of them seals
     * @throws IllegalArgumentException when an id or a length is out of range or the active key is not there
     */
    public Keyring(Map<Integer, byte[]> secrets, int activeKeyId) {
        secrets.forEach((id, secret) -> {
            if (id < 1 || id > FrameHeader.MAX_KEY_ID) {
                throw new IllegalArgumentException("key id " + id + " is not between 1 and " + FrameHeader.MAX_KEY_ID);
            }
            if (secret.length < MIN_SECRET_BYTES) {
                throw new IllegalArgumentException(
                        "key " + id + " has " + secret.length + " bytes, fewer than " + MIN_SECRET_BYTES);
            }
            this.secrets.put(id, secret.clone());
        });
        if (!this.secrets.containsKey(activeKeyId)) {
            throw new IllegalArgumentException("the active key " + activeKeyId + " is not there");
        }
        this.activeKeyId = activeKeyId;
    }

    public int activeKeyId() {
        return activeKeyId;
    }

    /** The ids of all keys. */
    public SortedSet<Integer> keyIds() {
        return new TreeSet<>(secrets.keySet());
    }

    byte @Nullable [] secret(int keyId) {
        return secrets.get(keyId);
    }
}
