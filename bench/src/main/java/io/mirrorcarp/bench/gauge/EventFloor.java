// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import io.mirrorcarp.conntrack.netlink.Ctnetlink;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabThread;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import java.lang.management.ManagementFactory;
import java.util.concurrent.locks.LockSupport;

/** The floor of a sender: a thread that reads a host's connection tracking events into memory and does not look at them. */
public final class EventFloor implements AutoCloseable {
    /** The name of the thread. */
    public static final String THREAD_NAME = "event-floor";

    private static final int BUFFER_BYTES = 128 << 20;
    private static final int SLOTS = 256;
    private static final int SLOT_BYTES = 1024;
    private static final long PACE_NANOS = 1_000_000;
    private static final int POLL_MILLIS = 50;

    private final NetlinkSocket socket;
    private final boolean paced;
    private final MessageBatch batch = new MessageBatch(SLOTS, SLOT_BYTES);
    private final LabThread thread;
    private volatile long events;

    /**
     * Starts to read.
     *
     * @param paced true: what has gathered, every millisecond; false: each event wakes the reader
     */
    public EventFloor(LabHost host, boolean paced) {
        this.paced = paced;
        socket = host.call(EventFloor::open);
        thread = new LabThread(THREAD_NAME, this::run);
    }

    private static NetlinkSocket open() throws ErrnoException {
        NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_NETFILTER);
        socket.setReceiveBuffer(BUFFER_BYTES);
        socket.join(Ctnetlink.GROUP_NEW);
        socket.join(Ctnetlink.GROUP_UPDATE);
        socket.join(Ctnetlink.GROUP_DESTROY);
        return socket;
    }

    private void run(LabThread self) {
        long read = 0;
        while (self.isRunning()) {
            if (paced) {
                LockSupport.parkNanos(PACE_NANOS);
            } else {
                socket.awaitReadable(POLL_MILLIS);
            }
            int received;
            do {
                received = socket.receive(batch);
                if (received < 0) {
                    throw new LabException("the floor lost events", new ErrnoException("read events", -received));
                }
                read += received;
            } while (received == SLOTS);
            events = read;
        }
    }

    /** Events read so far. */
    public long events() {
        return events;
    }

    /** CPU time used so far, in nanoseconds. */
    public long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.id());
    }

    @Override
    public void close() {
        try {
            thread.end("the floor");
        } finally {
            socket.close();
        }
    }
}
