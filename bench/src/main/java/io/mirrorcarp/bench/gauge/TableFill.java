// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.netlink.RequestWriter;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.traffic.FlowLoad;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;

/**
 * Creates established, translated TCP flows in a host's kernel, hundreds in a call: the floor of a receiver, and a table of any size without
 * waiting for a load. The flows are those that {@link FlowLoad} would open under the same numbers.
 */
public final class TableFill {
    private static final int BATCH = 512;
    private static final int REQUEST_BYTES = 320;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final NetlinkSocket socket;
    private final NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(BATCH * REQUEST_BYTES));
    private final RequestWriter requests = new RequestWriter();
    private final MessageBatch answers = new MessageBatch(BATCH, 256);
    private final NetlinkReader reader = new NetlinkReader();
    private final ConntrackEntry entry = SampleFlow.entry();
    private long sendNanos;

    private TableFill(NetlinkSocket socket) {
        this.socket = socket;
    }

    /**
     * Creates flows and waits until they are there.
     *
     * @param first number of the first one
     * @return CPU time that the kernel's part took, in nanoseconds: writing the requests is not counted
     */
    public static long create(LabHost host, int first, int flows) {
        return host.call(() -> {
            try (NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_NETFILTER)) {
                socket.setSendBuffer(4 * BATCH * REQUEST_BYTES);
                TableFill fill = new TableFill(socket);
                for (int done = 0; done < flows; done += BATCH) {
                    fill.batch(first + done, Math.min(BATCH, flows - done));
                }
                return fill.sendNanos;
            }
        });
    }

    private void batch(int first, int count) throws ErrnoException {
        writer.clear();
        for (int i = 0; i < count; i++) {
            SampleFlow.setNumber(entry, first + i);
            requests.create(writer, entry, i + 1);
        }
        writer.acknowledgeLast();
        ByteBuffer messages = writer.flip();
        long before = THREADS.getCurrentThreadCpuTime();
        int errno = socket.send(messages);
        sendNanos += THREADS.getCurrentThreadCpuTime() - before;
        if (errno != 0) {
            throw new ErrnoException("create flows", errno);
        }
        readAnswers();
    }

    /** All answers are there when the send returns; one that is not 0 is a failure. */
    private void readAnswers() {
        int received = socket.receive(answers);
        for (int i = 0; i < received; i++) {
            reader.reset(answers.payload(i));
            while (reader.next()) {
                if (reader.type() == Netlink.TYPE_ERROR && reader.error() != 0) {
                    throw new LabException(
                            "cannot fill the table", new ErrnoException("create a flow", reader.error()));
                }
            }
        }
        answers.clear();
    }
}
