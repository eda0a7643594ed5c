// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold.io;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.netlink.Ctnetlink;
import io.mirrorcarp.conntrack.netlink.EntryReader;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.Descriptor;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;

/** What programs write into the table, told by the kernel the moment it is there. What packets do is dropped by a filter: they found their state. */
final class StateNotices implements AutoCloseable {
    private static final int PORT_ID_OFFSET = 12;
    private static final int BATCH = 64;
    private static final int NOTICE_BYTES = 1024;
    private static final int RECEIVE_BUFFER_BYTES = 16 << 20;

    private final NetlinkSocket socket;
    private final MessageBatch batch = new MessageBatch(BATCH, NOTICE_BYTES);
    private final NetlinkReader reader = new NetlinkReader();
    private final ConntrackEntry entry = new ConntrackEntry();

    /** Is told of each entry that was created or changed. */
    interface Receiver {
        void onState(ConntrackEntry entry);

        /** Some were not told. */
        void onStatesLost();
    }

    private StateNotices(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Opens it in the network namespace of the calling thread. */
    static StateNotices open() throws ErrnoException {
        NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_NETFILTER);
        try {
            socket.setReceiveBuffer(RECEIVE_BUFFER_BYTES);
            socket.setFilter(new BpfProgram.Builder()
                    .loadWord(PORT_ID_OFFSET)
                    .jumpEqual(0, 1, 0)
                    .accept()
                    .drop()
                    .build());
            socket.join(Ctnetlink.GROUP_NEW);
            socket.join(Ctnetlink.GROUP_UPDATE);
            return new StateNotices(socket);
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }

    /** For the event loop. */
    Descriptor descriptor() {
        return socket.descriptor();
    }

    /** Tells of what one call to the kernel gives; false where there is nothing. */
    boolean receive(Receiver receiver) {
        int received = socket.receive(batch);
        if (received == -Errno.ENOBUFS) {
            receiver.onStatesLost();
            return true;
        }
        if (received < 0) {
            throw new IllegalStateException(new ErrnoException("read changes of the table", -received));
        }
        for (int slot = 0; slot < received; slot++) {
            reader.reset(batch.payload(slot));
            while (reader.next()) {
                if (reader.type() == Ctnetlink.TYPE_NEW && EntryReader.read(reader, entry)) {
                    receiver.onState(entry);
                }
            }
        }
        return received > 0;
    }

    @Override
    public void close() {
        socket.close();
    }
}
