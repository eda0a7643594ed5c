// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/**
 * Keeps a node that slept from acting on what it knew before: what is late is done only after the sockets were read. Not thread-safe.
 *
 * <p>A process is late when its machine is loaded, and sleeps when it is stopped, out of memory, or its machine was. Its peers go on meanwhile, and what they said waits in its sockets.
 */
final class StallWatch {
    /** A master that is late by no more than this advertises at once. */
    static final long LATE_NANOS = 10_000_000;

    private boolean reading;
    private boolean read;
    private long readAtNanos;

    /**
     * Whether the sockets must be read before what was due at a time is done.
     *
     * @param anyway even when it is not late, since another's word would change it
     */
    boolean mustRead(long dueNanos, boolean anyway, long nowNanos) {
        boolean readSince = read && readAtNanos >= dueNanos;
        return !readSince && (anyway || nowNanos - dueNanos > LATE_NANOS);
    }

    void begin() {
        reading = true;
    }

    void end(long nowNanos) {
        reading = false;
        read = true;
        readAtNanos = nowNanos;
    }

    /** Whether what the sockets have is being read. */
    boolean isReading() {
        return reading;
    }
}
