// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import java.util.function.Consumer;

/** A thread of the lab that works until it is told to end; it does not keep the process alive. */
public final class LabThread {
    private final Thread thread;
    private volatile boolean running = true;

    /**
     * Starts it.
     *
     * @param work returns soon after {@link #isRunning} has become false
     */
    public LabThread(String name, Consumer<LabThread> work) {
        thread = new Thread(() -> work.accept(this), name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Whether it is to go on. */
    public boolean isRunning() {
        return running;
    }

    /** Its number, as {@link java.lang.management.ThreadMXBean} knows it. */
    public long id() {
        return thread.getId();
    }

    /**
     * Tells it to end, and waits for that.
     *
     * @param what what ends, for the message of an interruption
     */
    public void end(String what) {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while " + what + " ends", e);
        }
    }
}
