// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import java.util.Optional;

/**
 * What the mark of a flow must be.
 *
 * @param value of the bits that are looked at; 0 in the others
 * @param mask which bits are looked at
 */
public record FlowMark(int value, int mask) {
    private static final int ALL_BITS = -1;

    /** VALUE or VALUE/MASK, each decimal or with 0x; empty when it is neither, or a value has bits outside of its mask. */
    public static Optional<FlowMark> of(String text) {
        String[] parts = text.split("/", -1);
        try {
            int value = parts.length > 2 ? 0 : number(parts[0]);
            int mask = parts.length == 2 ? number(parts[1]) : ALL_BITS;
            return parts.length > 2 || (value & ~mask) != 0 ? Optional.empty() : Optional.of(new FlowMark(value, mask));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static int number(String text) {
        return text.startsWith("0x") ? Integer.parseUnsignedInt(text.substring(2), 16) : Integer.parseUnsignedInt(text);
    }

    boolean matches(int mark) {
        return (mark & mask) == (value & mask);
    }

    /** As {@link #of} reads it, with 0x. */
    @Override
    public String toString() {
        return "0x" + Integer.toHexString(value) + (mask == ALL_BITS ? "" : "/0x" + Integer.toHexString(mask));
    }
}
