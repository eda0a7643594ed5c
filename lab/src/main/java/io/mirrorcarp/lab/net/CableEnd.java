// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.PacketSocket;
import io.mirrorcarp.netio.route.Rtnetlink;

/** The end of a cable whose frames a thread hands over. */
final class CableEnd {
    private static final int RECEIVE_BUFFER_BYTES = 16 << 20;

    private CableEnd() {}

    /**
     * A socket for all frames of a device, in the network namespace of the calling thread.
     *
     * @throws ErrnoException when it cannot be opened
     */
    static PacketSocket open(String device) throws ErrnoException {
        int ifindex;
        try (Rtnetlink route = Rtnetlink.open()) {
            ifindex = route.link(device).orElseThrow().index();
        }
        PacketSocket socket =
                PacketSocket.open(ifindex, new BpfProgram.Builder().accept().build());
        try {
            socket.setPromiscuous();
            socket.setReceiveBuffer(RECEIVE_BUFFER_BYTES);
            return socket;
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }
}
