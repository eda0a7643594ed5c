// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

/**
 * A kind of flow, for the table in the README.
 *
 * @param name what it is
 * @param how how packets of it go
 * @param fate what is expected of it
 * @param opening begins one
 */
record Kind(String name, String how, Fate fate, Opening opening) {
    @Override
    public String toString() {
        return name;
    }

    /** What becomes of a flow when the addresses move. */
    enum Fate {
        /** It goes on, and dies without replication. */
        CARRIED,
        /** It goes on, and without replication the packet filter lets it begin anew: the new node makes the same translation. */
        BEGINS_ANEW,
        /** It ends, is counted and is said to. */
        NOT_CARRIED
    }

    /** Begins a conversation. */
    interface Opening {
        Conversation open(KindsBed bed) throws Exception;
    }
}
