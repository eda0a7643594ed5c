// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import org.jspecify.annotations.Nullable;

/** What a {@link Change} does; the number is the one on the wire. */
public enum Action {
    /** The sender's kernel created the flow. */
    INSERT(0),
    /** The sender's kernel changed the flow; the whole state is there. */
    UPDATE(1),
    /** The sender, who owns the flow, ended it; only tuple and zone are there. */
    DELETE(2),
    /** The flow is there: an entry of a bulk update. */
    BULK(3),
    /** A bulk update begins. */
    BULK_START(4),
    /** A bulk update ends. */
    BULK_END(5),
    /** The digests of what the sender owns; on the wire a field of the stream beside the changes, so it has no number. */
    DIGESTS(-1);

    private static final Action[] VALUES = values();

    final int number;

    Action(int number) {
        this.number = number;
    }

    /** The action of a number, or null when there is none. */
    static @Nullable Action of(long number) {
        return number >= 0 && number <= BULK_END.number ? VALUES[(int) number] : null;
    }
}
