// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import java.time.Duration;

/** Something outside of the node that may fail. Used by one thread. */
public interface Check extends AutoCloseable {
    /**
     * Looks once. Blocks for the time-out at most.
     *
     * @return what is wrong, for a person; empty where nothing is
     * @throws InterruptedException where the thread is interrupted
     */
    String failure(Duration timeout) throws InterruptedException;

    /** Lets go of what it holds. */
    @Override
    default void close() {}
}
