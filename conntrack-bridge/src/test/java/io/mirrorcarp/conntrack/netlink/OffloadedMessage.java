// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.netlink;

import io.mirrorcarp.netio.netlink.Netlink;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A recorded message as the kernel writes it of a flow that a flowtable forwards (ctnetlink_dump_info() in nf_conntrack_netlink.c): with the bits, without timer and protocol state. */
public final class OffloadedMessage {
    private OffloadedMessage() {}

    /** A message of that name; {@code bits} are added to its status, and 0 leaves it as it is. */
    public static ByteBuffer of(String name, int bits) {
        ByteBuffer from = RecordedMessages.message(name).order(ByteOrder.nativeOrder());
        ByteBuffer to = ByteBuffer.allocateDirect(aligned(from.remaining())).order(ByteOrder.nativeOrder());
        int headers = Netlink.HEADER_LENGTH + Ctnetlink.HEADER_LENGTH;
        to.put(from.slice(0, headers));
        for (int at = headers; at < from.limit(); ) {
            int length = from.getShort(at) & 0xffff;
            int type = from.getShort(at + 2) & Netlink.ATTRIBUTE_TYPE_MASK;
            ByteBuffer attribute = from.slice(at, length);
            if (type == Ctnetlink.STATUS) {
                int value = to.position() + Netlink.ATTRIBUTE_HEADER_LENGTH;
                to.put(attribute);
                to.put(value + 2, (byte) (to.get(value + 2) | (bits >>> 8)));
                to.put(value + 3, (byte) (to.get(value + 3) | bits));
            } else if (bits == 0 || (type != Ctnetlink.TIMEOUT && type != Ctnetlink.PROTOINFO)) {
                to.put(attribute);
            }
            to.position(aligned(to.position()));
            at += aligned(length);
        }
        to.putInt(0, to.position());
        return to.flip();
    }

    private static int aligned(int length) {
        return (length + 3) & ~3;
    }
}
