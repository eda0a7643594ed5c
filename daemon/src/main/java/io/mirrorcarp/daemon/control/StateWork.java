// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.vertx.core.Future;

/** What a command does with the states of the kernel's table. */
interface StateWork {
    /** Takes the batch that was read last. The text for standard output, or empty. */
    Future<String> take(StateTable table);

    /** How far it is, for somebody who waits; empty where what it prints shows that. */
    default String soFar() {
        return "";
    }

    /** The table is at its end. The rest of the text. */
    String end(StateTable table);
}
