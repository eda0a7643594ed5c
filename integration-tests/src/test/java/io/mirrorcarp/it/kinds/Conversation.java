// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import java.io.IOException;
import java.util.Optional;

/** A flow of some kind that is under way. */
interface Conversation extends AutoCloseable {
    /** Says something both ways, as the kind has it; why it failed, or empty. */
    Optional<String> go();

    @Override
    void close();

    /**
     * The conversation, once it works.
     *
     * @throws IOException why it does not; it is closed then
     */
    static Conversation begun(String kind, Conversation conversation) throws IOException {
        Optional<String> why = conversation.go();
        if (why.isPresent()) {
            conversation.close();
            throw new IOException(kind + " before any failover: " + why.get());
        }
        return conversation;
    }
}
