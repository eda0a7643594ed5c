// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold;

import io.mirrorcarp.netio.netlink.NetlinkReader;

/** A packet that the kernel hands over, read in place from its message. Reused from packet to packet. */
public final class QueuedPacket {
    private static final int PACKET_HEADER = 1;
    private static final int INTERFACE_IN = 5;
    private static final int HARDWARE_ADDRESS = 9;
    private static final int PAYLOAD = 10;
    private static final int WHOLE_LENGTH = 13;

    /** {@code struct nfqnl_msg_packet_hdr}: id be32, protocol be16, hook u8. */
    private static final int PACKET_HEADER_BYTES = 7;
    /** {@code struct nfqnl_msg_packet_hw}: length be16, padding, address of 8 bytes. */
    private static final int HARDWARE_ADDRESS_BYTES = 12;

    private boolean identified;
    private int id;
    private int etherType;
    private int ifindex;
    private long sourceMac;
    private int payloadOffset;
    private int payloadLength;
    private boolean whole;

    /**
     * Fills it from the message that {@code reader} stands on.
     *
     * @return false where it is no packet, or has no id, which a verdict needs
     */
    public boolean read(NetlinkReader reader) {
        identified = false;
        ifindex = 0;
        sourceMac = 0;
        payloadOffset = 0;
        payloadLength = 0;
        whole = true;
        if (reader.type() != QueueMessages.TYPE_PACKET || !reader.attributes(QueueMessages.HEADER_LENGTH)) {
            return false;
        }
        while (reader.nextAttribute()) {
            readAttribute(reader);
        }
        return identified && !reader.malformed();
    }

    private void readAttribute(NetlinkReader reader) {
        switch (reader.attributeType()) {
            case PACKET_HEADER -> readHeader(reader);
            case INTERFACE_IN -> ifindex = reader.be32();
            case HARDWARE_ADDRESS -> {
                if (reader.valueLength() >= HARDWARE_ADDRESS_BYTES) {
                    sourceMac = reader.be64(4) >>> 16;
                }
            }
            case PAYLOAD -> {
                payloadOffset = reader.valueOffset();
                payloadLength = reader.valueLength();
            }
            case WHOLE_LENGTH -> whole = false;
            default -> {}
        }
    }

    private void readHeader(NetlinkReader reader) {
        if (reader.valueLength() >= PACKET_HEADER_BYTES) {
            id = reader.be32();
            etherType = reader.be16(4);
            identified = true;
        }
    }

    /** The kernel's number of it, for the verdict. */
    public int id() {
        return id;
    }

    /** Such as 0x0800. */
    public int etherType() {
        return etherType;
    }

    /** The interface by which it came in; 0 where the kernel does not say. */
    public int ifindex() {
        return ifindex;
    }

    /** From which Ethernet address it came; 0 where there is none. */
    public long sourceMac() {
        return sourceMac;
    }

    /** Where the packet begins in the buffer of its message: with its IP header. */
    public int payloadOffset() {
        return payloadOffset;
    }

    /** Bytes of it in the message. */
    public int payloadLength() {
        return payloadLength;
    }

    /** Whether all of it is in the message. */
    public boolean isWhole() {
        return whole;
    }
}
