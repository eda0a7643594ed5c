// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.netio.IpEndpoint;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.RawIpSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;

/** Datagrams of protocol 240 that no node of ours sends. */
final class RawFrames {
    private static final int PROTOCOL = 240;
    private static final int VERSION_OPENBSD = 6;
    private static final int HEADER_BYTES = 20;

    private RawFrames() {}

    /** A pfsync header of OpenBSD without sections: version 6, length 20, no ruleset digest. */
    static void sendPfsyncOfOpenBsd(LabHost from, String to, String device) {
        int errno = from.call(() -> {
            int ifindex = NetworkInterface.getByName(device).getIndex();
            try (RawIpSocket socket = RawIpSocket.open(false, PROTOCOL, ifindex)) {
                MessageBatch batch = new MessageBatch(1, 64);
                ByteBuffer frame = batch.append(new IpEndpoint(InetAddress.getByName(to), ifindex));
                frame.put((byte) VERSION_OPENBSD).put((byte) 0).putShort((short) HEADER_BYTES);
                frame.put(new byte[16]);
                batch.commit();
                return socket.send(batch);
            }
        });
        if (errno != 0) {
            throw new AssertionError("errno " + errno);
        }
    }
}
