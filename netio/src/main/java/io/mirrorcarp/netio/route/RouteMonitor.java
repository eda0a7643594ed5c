// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.EventLoopDescriptor;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the interfaces and addresses of a network namespace on an event loop, without ever blocking it. First it lists all that is
 * there, each as a change to the {@link RouteListener}; then it tells changes. Where the kernel could not deliver events ({@code ENOBUFS}) or
 * a listing was disturbed, it lists all again and tells the difference.
 */
public final class RouteMonitor {

    private static final Logger LOG = LoggerFactory.getLogger(RouteMonitor.class);
    private static final int SLOTS = 8;
    private static final int SLOT_BYTES = 32_768;
    private static final int BATCHES_PER_CALL = 4;
    private static final int RECEIVE_BUFFER = 1 << 20;

    private enum Listing {
        NONE,
        LINKS,
        ADDRESSES
    }

    private final NetlinkSocket socket;
    private final RouteTable table;
    private final Runnable onListed;
    private final MessageBatch batch = new MessageBatch(SLOTS, SLOT_BYTES);
    private final NetlinkReader reader = new NetlinkReader();
    private final NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(64));
    private @Nullable EventLoopDescriptor descriptor;
    private Listing listing = Listing.NONE;
    private boolean listAgain;
    private boolean closed;
    private int sequence;

    private RouteMonitor(NetlinkSocket socket, RouteListener listener, Runnable onListed) {
        this.socket = socket;
        this.table = new RouteTable(listener);
        this.onListed = onListed;
    }

    /**
     * Opens the socket in the network namespace of the calling thread, and listens on a context.
     *
     * @param onListed called after each complete listing; the first time, everything that exists has been told
     * @return done when the first listing is asked for
     */
    public static Future<RouteMonitor> open(Context context, RouteListener listener, Runnable onListed)
            throws ErrnoException {
        NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_ROUTE);
        try {
            socket.setReceiveBuffer(RECEIVE_BUFFER);
            socket.join(RouteMessages.GROUP_LINK);
            socket.join(RouteMessages.GROUP_IPV4_ADDRESS);
            socket.join(RouteMessages.GROUP_IPV6_ADDRESS);
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
        RouteMonitor monitor = new RouteMonitor(socket, listener, onListed);
        return EventLoopDescriptor.register(context, socket.descriptor(), monitor::drain)
                .map(registered -> monitor.start(registered))
                .onFailure(e -> socket.close());
    }

    private RouteMonitor start(EventLoopDescriptor registered) {
        descriptor = registered;
        list();
        return this;
    }

    private void drain() {
        // What is read may lead the listener to close this monitor.
        for (int i = 0; i < BATCHES_PER_CALL && !closed; i++) {
            int received = socket.receive(batch);
            if (received == 0) {
                return;
            }
            if (received < 0) {
                LOG.warn("rtnetlink: {}; listing again", Errno.describe(-received));
                list();
                continue;
            }
            for (int slot = 0; slot < received && !closed; slot++) {
                read(slot);
            }
        }
    }

    private void read(int slot) {
        if (batch.sourcePortId(slot) != 0) {
            return;
        }
        listAgain |= batch.truncated(slot);
        reader.reset(batch.payload(slot));
        while (reader.next()) {
            boolean answer = reader.portId() == socket.portId() && reader.sequence() == sequence;
            listAgain |= answer && (reader.flags() & Netlink.DUMP_INTERRUPTED) != 0;
            if (reader.type() == Netlink.TYPE_ERROR || reader.type() == Netlink.TYPE_DONE) {
                if (answer) {
                    continueListing(reader.type() == Netlink.TYPE_ERROR ? reader.error() : 0);
                }
            } else {
                table.apply(reader);
            }
        }
    }

    /** Asks for all links, then for all addresses; where that is under way, once more when it is done. */
    private void list() {
        if (listing != Listing.NONE) {
            listAgain = true;
            return;
        }
        listAgain = false;
        listing = Listing.LINKS;
        table.beginListing();
        ask(RouteMessages.GETLINK, RouteMessages.LINK_HEADER);
    }

    private void continueListing(int errno) {
        if (errno != 0) {
            throw new IllegalStateException("rtnetlink: list: " + Errno.describe(errno));
        }
        if (listing == Listing.LINKS) {
            listing = Listing.ADDRESSES;
            ask(RouteMessages.GETADDR, RouteMessages.ADDRESS_HEADER);
            return;
        }
        listing = Listing.NONE;
        if (listAgain) {
            list();
        } else {
            table.endListing();
            onListed.run();
        }
    }

    private void ask(int type, int headerLength) {
        sequence++;
        writer.clear().beginMessage(type, Netlink.REQUEST | Netlink.DUMP, sequence);
        for (int i = 0; i < headerLength; i += 4) {
            writer.headerI32(0);
        }
        writer.endMessage();
        int errno = socket.send(writer.flip());
        if (errno != 0) {
            throw new IllegalStateException("rtnetlink: list: " + Errno.describe(errno));
        }
    }

    /** Ends it; done when the listener will not be called again. */
    public Future<Void> close() {
        closed = true;
        EventLoopDescriptor current = descriptor;
        if (current == null) {
            socket.close();
            return Future.succeededFuture();
        }
        return current.deregister().onComplete(done -> socket.close());
    }
}
