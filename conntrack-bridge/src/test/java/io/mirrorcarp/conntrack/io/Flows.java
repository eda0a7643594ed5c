// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.pfsync.message.FlowTuple;
import io.mirrorcarp.pfsync.message.StateRecord;

/** Records to import. */
final class Flows {
    static final long CLIENT = 0x0a000002L;
    static final long SERVER = 0xc0000202L;
    static final long VIRTUAL = 0xc0000201L;

    private static final int PORTS = 60_000;

    private Flows() {}

    /** An established TCP connection from the client's port to the server's port 80, with SNAT to the virtual address. */
    static StateRecord tcpSnat(int port) {
        StateRecord record = tcp(port);
        record.status |= StateRecord.STATUS_SOURCE_NAT;
        record.snatLow = VIRTUAL;
        record.snatPort = port;
        return record;
    }

    /** Makes it the flow of that number, 0 and up: each has tuples of its own. */
    static void number(StateRecord record, int flow) {
        record.original.sourcePort = 1 + flow % PORTS;
        record.original.sourceLow = CLIENT + flow / PORTS;
        record.snatPort = record.original.sourcePort;
        record.snatLow = VIRTUAL + flow / PORTS;
    }

    /** The number of a flow that {@link #number} made. */
    static int numberOf(StateRecord record) {
        return (int) (record.original.sourceLow - CLIENT) * PORTS + record.original.sourcePort - 1;
    }

    /** An established TCP connection without translation. */
    static StateRecord tcp(int port) {
        StateRecord record = new StateRecord();
        record.original.family = FlowTuple.FAMILY_IPV4;
        record.original.sourceLow = CLIENT;
        record.original.destinationLow = SERVER;
        record.original.protocol = IpProtocol.TCP;
        record.original.sourcePort = port;
        record.original.destinationPort = 80;
        record.status = StateRecord.STATUS_SEEN_REPLY | StateRecord.STATUS_ASSURED;
        record.timeoutSeconds = 300;
        record.protocolState = TcpConntrack.ESTABLISHED;
        record.tcpScaleOriginal = 7;
        record.tcpScaleReply = 9;
        record.tcpFlagsOriginal = 0x23;
        record.tcpFlagsReply = 0x23;
        return record;
    }
}
