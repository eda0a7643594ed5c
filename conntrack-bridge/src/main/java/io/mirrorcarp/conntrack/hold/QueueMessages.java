// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold;

import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Messages to nfnetlink_queue (uapi/linux/netfilter/nfnetlink_queue.h). Each begins with {@code struct nfgenmsg}: family u8, version u8, the number of the queue be16. All
 * integers are big-endian.
 */
public final class QueueMessages {
    static final int TYPE_PACKET = 0x300;
    private static final int TYPE_VERDICT = 0x301;
    private static final int TYPE_CONFIG = 0x302;
    static final int HEADER_LENGTH = 4;

    private static final int CONFIG_COMMAND = 1;
    private static final int CONFIG_PARAMETERS = 2;
    private static final int CONFIG_MOST = 3;
    private static final int CONFIG_MASK = 4;
    private static final int CONFIG_FLAGS = 5;
    private static final int COMMAND_BIND = 1;
    private static final int COPY_PACKET = 2;
    /** {@code NFQA_CFG_F_FAIL_OPEN}: what finds the queue full goes on. */
    private static final int FAIL_OPEN = 1;

    private static final int VERDICT_HEADER = 2;
    private static final int NF_DROP = 0;
    private static final int NF_ACCEPT = 1;

    private QueueMessages() {}

    /** Makes the queue this socket's. The kernel answers EBUSY where another program has it. */
    public static void bind(NetlinkWriter writer, int queue, int sequence) {
        begin(writer, TYPE_CONFIG, Netlink.ACK, queue, sequence)
                .bytes(CONFIG_COMMAND, new byte[] {COMMAND_BIND, 0, 0, 0})
                .endMessage();
    }

    /**
     * Sets what the kernel hands over.
     *
     * @param copyBytes of each packet; of a longer one only so much, and {@link QueuedPacket#isWhole} says so
     * @param most packets without a verdict; others go on
     */
    public static void configure(NetlinkWriter writer, int queue, int copyBytes, int most, int sequence) {
        byte[] parameters = new byte[5];
        ByteBuffer.wrap(parameters)
                .order(ByteOrder.BIG_ENDIAN)
                .putInt(copyBytes)
                .put((byte) COPY_PACKET);
        begin(writer, TYPE_CONFIG, Netlink.ACK, queue, sequence)
                .bytes(CONFIG_PARAMETERS, parameters)
                .be32(CONFIG_MOST, most)
                .be32(CONFIG_MASK, FAIL_OPEN)
                .be32(CONFIG_FLAGS, FAIL_OPEN)
                .endMessage();
    }

    /**
     * Decides on a packet: it goes on to the chains behind, or is dropped. Allocates nothing.
     *
     * @return false where the writer is full; then the message is not in it
     */
    public static boolean verdict(NetlinkWriter writer, int queue, int packetId, boolean accept) {
        long header = (long) (accept ? NF_ACCEPT : NF_DROP) << 32 | Integer.toUnsignedLong(packetId);
        return begin(writer, TYPE_VERDICT, 0, queue, 0)
                .be64(VERDICT_HEADER, header)
                .endMessage();
    }

    private static NetlinkWriter begin(NetlinkWriter writer, int type, int flags, int queue, int sequence) {
        return writer.beginMessage(type, Netlink.REQUEST | flags, sequence)
                .headerU8(0)
                .headerU8(0)
                .headerBe16(queue);
    }
}
