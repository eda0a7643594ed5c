// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.nftables;

import org.jspecify.annotations.Nullable;

/**
 * A set of a {@link OwnedTable}, or a map.
 *
 * @param name letters, digits, and {@code -_./}; unique in its table
 * @param value null for a set; for a map what the keys lead to
 * @param timeoutMillis how long an element stays after it was added or {@linkplain Rule#renew renewed}; 0 for ever
 */
public record ElementSet(
        String name, DataType key, @Nullable DataType value, long timeoutMillis) {
    /** One whose elements stay. */
    public ElementSet(String name, DataType key, @Nullable DataType value) {
        this(name, key, value, 0);
    }
}
