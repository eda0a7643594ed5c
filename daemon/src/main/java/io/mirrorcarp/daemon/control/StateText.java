// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.pfsync.message.FlowTuple;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * A state in one line: that of {@code conntrack -L} without the use count, and with the node that owns it. So what reads the one reads the other.
 *
 * <pre>
 * tcp      6 431999 ESTABLISHED src=.. dst=.. sport=.. dport=.. src=.. dst=.. sport=.. dport=.. [ASSURED] mark=0 owner=fw-a
 * </pre>
 */
final class StateText {
    private static final int NAME_WIDTH = 8;

    private StateText() {}

    /**
     * Appends the line.
     *
     * @param owner the name of a node, or empty to leave it out
     */
    static void append(StringBuilder text, ConntrackEntry entry, String owner) {
        int protocol = entry.original.protocol;
        String name = ProtocolNames.name(protocol);
        text.append(name).append(" ".repeat(NAME_WIDTH - name.length())).append(' ');
        text.append(protocol).append(' ');
        if (entry.hasTimeout) {
            text.append(entry.timeoutSeconds).append(' ');
        }
        if (entry.hasProtocolState) {
            text.append(ProtocolNames.state(protocol, entry.protocolState)).append(' ');
        }
        tuple(text, entry.original);
        if ((entry.status & ConntrackStatus.SEEN_REPLY) == 0) {
            text.append("[UNREPLIED] ");
        }
        tuple(text, entry.reply);
        text.append(standing(entry.status));
        if (entry.hasMark) {
            text.append("mark=").append(Integer.toUnsignedLong(entry.mark)).append(' ');
        }
        if (entry.zone != 0) {
            text.append("zone=").append(entry.zone).append(' ');
        }
        if (!owner.isEmpty()) {
            text.append("owner=").append(owner).append(' ');
        }
        text.setCharAt(text.length() - 1, '\n');
    }

    private static String standing(int status) {
        if ((status & ConntrackStatus.HARDWARE_OFFLOAD) != 0) {
            return "[HW_OFFLOAD] ";
        }
        if ((status & ConntrackStatus.OFFLOAD) != 0) {
            return "[OFFLOAD] ";
        }
        return (status & ConntrackStatus.ASSURED) != 0 ? "[ASSURED] " : "";
    }

    private static void tuple(StringBuilder text, FlowTuple tuple) {
        text.append("src=");
        address(text, tuple.family, tuple.sourceHigh, tuple.sourceLow);
        text.append(" dst=");
        address(text, tuple.family, tuple.destinationHigh, tuple.destinationLow);
        text.append(' ');
        if (IpProtocol.isIcmp(tuple.protocol)) {
            text.append("type=").append(tuple.destinationPort >>> 8);
            text.append(" code=").append(tuple.destinationPort & 0xff);
            text.append(" id=").append(tuple.sourcePort).append(' ');
        } else if (tuple.protocol == IpProtocol.GRE) {
            text.append("srckey=0x").append(Integer.toHexString(tuple.sourcePort));
            text.append(" dstkey=0x").append(Integer.toHexString(tuple.destinationPort));
            text.append(' ');
        } else if (IpProtocol.hasPorts(tuple.protocol)) {
            text.append("sport=").append(tuple.sourcePort);
            text.append(" dport=").append(tuple.destinationPort).append(' ');
        }
    }

    /** An IPv4 address makes no garbage: a table may have a million lines. */
    private static void address(StringBuilder text, int family, long high, long low) {
        if (family == FlowTuple.FAMILY_IPV4) {
            text.append(low >>> 24 & 0xff).append('.').append(low >>> 16 & 0xff);
            text.append('.').append(low >>> 8 & 0xff).append('.').append(low & 0xff);
        } else {
            text.append(address(high, low));
        }
    }

    /** An address in its shortest form. */
    static String address(FlowTuple tuple, boolean source) {
        StringBuilder text = new StringBuilder();
        address(
                text,
                tuple.family,
                source ? tuple.sourceHigh : tuple.destinationHigh,
                source ? tuple.sourceLow : tuple.destinationLow);
        return text.toString();
    }

    private static String address(long high, long low) {
        byte[] bytes =
                ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            return AddressText.format(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }
}
