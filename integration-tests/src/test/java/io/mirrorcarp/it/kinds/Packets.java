// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** The payloads of raw conversations. */
final class Packets {
    private static final int CLIENT_TAG = 0x11223344;
    private static final int SERVER_TAG = 0x55667788;
    private static final int CLIENT_PORT = 3000;
    private static final int SERVER_PORT = 3001;

    private Packets() {}

    /** ESP, 6in4, IPIP and others: the kernel looks at their addresses only. */
    static RawConversation.Script opaque(int protocol) {
        return new RawConversation.Script(
                protocol,
                turn -> new byte[] {0x45, 1, 2, (byte) turn, 0, 0, 0, 0, 0, 0, 0, 1},
                turn -> new byte[] {0x45, 3, 4, (byte) turn, 0, 0, 0, 0, 0, 0, 0, 2},
                1);
    }

    /** GRE of version 0 with IPv4 inside. */
    static RawConversation.Script gre() {
        return new RawConversation.Script(
                47,
                turn -> new byte[] {0, 0, 8, 0, 1, (byte) turn, 0, 0, 0, 0, 0, 0},
                turn -> new byte[] {0, 0, 8, 0, 2, (byte) turn, 0, 0, 0, 0, 0, 0},
                1);
    }

    /** SCTP: INIT, COOKIE ECHO, then heartbeats and their answers. RFC 9260. */
    static RawConversation.Script sctp() {
        return new RawConversation.Script(132, turn -> sctp(true, turn), turn -> sctp(false, turn), 3);
    }

    private static byte[] sctp(boolean client, int turn) {
        int type = switch (turn) {
            case 0 -> client ? 1 : 2;
            case 1 -> client ? 10 : 11;
            default -> 0;
        };
        boolean begins = type == 1 || type == 2;
        int chunkLength = begins ? 20 : type == 0 ? 20 : 4;
        ByteBuffer packet = ByteBuffer.allocate(12 + chunkLength);
        packet.putShort((short) (client ? CLIENT_PORT : SERVER_PORT))
                .putShort((short) (client ? SERVER_PORT : CLIENT_PORT))
                .putInt(type == 1 ? 0 : client ? SERVER_TAG : CLIENT_TAG)
                .putInt(0)
                .put((byte) type)
                .put((byte) (type == 0 ? 3 : 0))
                .putShort((short) chunkLength);
        if (begins) {
            packet.putInt(client ? CLIENT_TAG : SERVER_TAG)
                    .putInt(65_536)
                    .putShort((short) 1)
                    .putShort((short) 1);
            packet.putInt(1);
        } else if (type == 0) {
            packet.putInt(turn)
                    .putShort((short) 0)
                    .putShort((short) turn)
                    .putInt(0)
                    .putInt(turn);
        }
        CRC32C sum = new CRC32C();
        sum.update(packet.array());
        packet.order(ByteOrder.LITTLE_ENDIAN).putInt(8, (int) sum.getValue());
        return packet.array();
    }
}
