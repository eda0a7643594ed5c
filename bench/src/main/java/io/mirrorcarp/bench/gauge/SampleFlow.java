// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.traffic.FlowLoad;
import io.mirrorcarp.pfsync.message.FlowTuple;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** The flows that {@link FlowLoad} opens, as entries: TCP, established, with their source address translated. */
public final class SampleFlow {
    private static final int ESTABLISHED_SECONDS = 432_000;

    private SampleFlow() {}

    /** The entry of flow 0. */
    public static ConntrackEntry entry() {
        ConntrackEntry entry = new ConntrackEntry();
        FlowTuple original = entry.original;
        original.family = FlowTuple.FAMILY_IPV4;
        original.protocol = IpProtocol.TCP;
        original.sourceLow = ipv4(Topology.CLIENT);
        original.destinationLow = ipv4(Topology.SERVER);
        FlowTuple reply = entry.reply;
        reply.family = original.family;
        reply.protocol = original.protocol;
        reply.sourceLow = original.destinationLow;
        reply.destinationLow = ipv4(Topology.VIRTUAL_WAN);
        entry.status = ConntrackStatus.SEEN_REPLY
                | ConntrackStatus.ASSURED
                | ConntrackStatus.CONFIRMED
                | ConntrackStatus.SOURCE_NAT;
        entry.hasTimeout = true;
        entry.timeoutSeconds = ESTABLISHED_SECONDS;
        entry.hasProtocolState = true;
        entry.protocolState = TcpConntrack.ESTABLISHED;
        setNumber(entry, 0);
        return entry;
    }

    /** Makes the entry that of another flow. */
    public static void setNumber(ConntrackEntry entry, int flow) {
        entry.original.sourcePort = FlowLoad.CLIENT_PORTS + flow % FlowLoad.CLIENT_PORT_COUNT;
        entry.original.destinationPort = FlowLoad.SERVER_PORTS + flow / FlowLoad.CLIENT_PORT_COUNT;
        entry.reply.sourcePort = entry.original.destinationPort;
        entry.reply.destinationPort = entry.original.sourcePort;
    }

    private static long ipv4(String address) {
        try {
            return Integer.toUnsignedLong(
                    ByteBuffer.wrap(InetAddress.getByName(address).getAddress()).getInt());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address as text needs no name server", e);
        }
    }
}
