// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import java.util.Optional;

/** A flow of some kind that is under way. */
interface Conversation extends AutoCloseable {
    /** Says something both ways, as the kind has it; why it failed, or empty. */
    Optional<String> go();

    @Override
    void close();
}
