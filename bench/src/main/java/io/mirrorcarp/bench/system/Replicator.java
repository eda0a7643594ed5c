// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import io.mirrorcarp.bench.bed.Cores;
import java.util.List;
import java.util.Map;

/** A system that replicates the flows of fw-a to fw-b: its two processes, for one run. Ends with the bed. */
public interface Replicator {
    /** Starts the sending end and waits until it answers and knows the flows that its kernel holds. */
    void startSender();

    /** Starts the receiving end and returns at once. */
    void launchReceiver();

    /** Waits until the receiving end answers. */
    void awaitReceiver();

    /** Waits until the ends know each other, so that what changes from now on is replicated. */
    void awaitLink();

    /** Binds the processes to the cores of sender and receiver. */
    default void bindToCores() {
        Cores cores = Cores.ofThisMachine();
        senderProcesses().forEach(pid -> Cores.pinProcess(pid, cores.sender()));
        receiverProcesses().forEach(pid -> Cores.pinProcess(pid, cores.receiver()));
    }

    /** Whether the receiving end asks for the whole table of the sending end when it starts. */
    boolean asksByItself();

    /** Lets the receiving end ask for it, where it does not do so by itself. */
    void requestAll();

    /** The processes on fw-a. */
    List<Long> senderProcesses();

    /** The processes on fw-b. */
    List<Long> receiverProcesses();

    /** What the system itself counts as lost, at both ends together, under its own names. */
    Map<String, Long> losses();

    /** Starts both ends and waits until what changes is replicated. */
    default void start() {
        startSender();
        launchReceiver();
        awaitReceiver();
        awaitLink();
    }
}
