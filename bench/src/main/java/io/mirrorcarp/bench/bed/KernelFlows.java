// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.bed;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.conntrack.netlink.Ctnetlink;
import io.mirrorcarp.conntrack.netlink.EntryReader;
import io.mirrorcarp.conntrack.netlink.RequestWriter;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.traffic.FlowLoad;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.nio.ByteBuffer;
import java.util.BitSet;

/** The flows of the load in a host's kernel, by their numbers: which are there, which are established, and when each came to be. */
public final class KernelFlows {
    private static final int SLOTS = 8;
    /** What the kernel writes at most at once. */
    private static final int SLOT_BYTES = 32_768;

    private static final int ANSWER_MILLIS = 10_000;

    /** CTA_TIMESTAMP with CTA_TIMESTAMP_START: ns since 1970, there when nf_conntrack_timestamp is 1. */
    private static final int TIMESTAMP = 20;

    private static final int TIMESTAMP_START = 1;

    private final BitSet present = new BitSet();
    private final BitSet established = new BitSet();
    private final long[] startNanos;
    private final ConntrackEntry entry = new ConntrackEntry();

    private KernelFlows(int flows) {
        startNanos = new long[flows];
    }

    /** Reads the table for the flows 0 to {@code flows} - 1. */
    public static KernelFlows read(LabHost host, int flows) {
        return host.call(() -> {
            KernelFlows table = new KernelFlows(flows);
            try (NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_NETFILTER)) {
                table.dump(socket);
            }
            return table;
        });
    }

    /** Empties a host's table. */
    public static void flush(LabHost host) {
        host.call(() -> {
            try (NetlinkExchange exchange = NetlinkExchange.open(Netlink.PROTOCOL_NETFILTER)) {
                exchange.begin(Ctnetlink.TYPE_DELETE, 0).headerU8(0).headerU8(0).headerBe16(0);
                return exchange.request("empty the table", ignored -> {});
            }
        });
    }

    private void dump(NetlinkSocket socket) throws ErrnoException {
        NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(64));
        new RequestWriter().dump(writer, 1);
        int errno = socket.send(writer.flip());
        MessageBatch batch = new MessageBatch(SLOTS, SLOT_BYTES);
        NetlinkReader reader = new NetlinkReader();
        while (errno == 0) {
            int received = socket.receive(batch);
            if (received == 0 && !socket.awaitReadable(ANSWER_MILLIS)) {
                throw new LabException("the kernel does not go on with the dump of its table");
            }
            errno = Math.max(0, -received);
            for (int i = 0; i < received; i++) {
                reader.reset(batch.payload(i));
                while (reader.next()) {
                    if (reader.type() == Netlink.TYPE_DONE) {
                        return;
                    }
                    add(reader);
                }
            }
        }
        throw new ErrnoException("dump the table", errno);
    }

    private void add(NetlinkReader reader) {
        if (!EntryReader.read(reader, entry) || entry.original.protocol != IpProtocol.TCP) {
            return;
        }
        int flow = number(entry.original.sourcePort, entry.original.destinationPort);
        if (flow < 0 || flow >= startNanos.length) {
            return;
        }
        present.set(flow);
        established.set(flow, entry.protocolState == TcpConntrack.ESTABLISHED);
        startNanos[flow] = start(reader);
    }

    private static long start(NetlinkReader reader) {
        long start = 0;
        reader.attributes(Ctnetlink.HEADER_LENGTH);
        while (reader.nextAttribute()) {
            if (reader.attributeType() == TIMESTAMP && reader.enter()) {
                while (reader.nextAttribute()) {
                    start = reader.attributeType() == TIMESTAMP_START ? reader.be64() : start;
                }
                reader.leave();
            }
        }
        return start;
    }

    /** The number of the load's flow with these ports; negative or too large for another. */
    static int number(int clientPort, int serverPort) {
        int number = (serverPort - FlowLoad.SERVER_PORTS) * FlowLoad.CLIENT_PORT_COUNT;
        return number < 0 ? number : number + clientPort - FlowLoad.CLIENT_PORTS;
    }

    /** Flows that are there. */
    public int count() {
        return present.cardinality();
    }

    /** Flows that are there and established. */
    public int establishedCount() {
        return established.cardinality();
    }

    /** Flows of this table that another lacks, or holds in another state. */
    public int missingIn(KernelFlows other) {
        BitSet missing = (BitSet) present.clone();
        missing.andNot(other.present);
        BitSet behind = (BitSet) established.clone();
        behind.andNot(other.established);
        missing.or(behind);
        return missing.cardinality();
    }

    /** Whether a flow is there. */
    public boolean contains(int flow) {
        return present.get(flow);
    }

    /** When the kernel made a flow's entry, in ns since 1970; 0 when it does not note that. */
    public long startNanos(int flow) {
        return startNanos[flow];
    }
}
