// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The user at the other end of a unix socket, as the kernel tells it: SO_PEERCRED of unix(7).
 *
 * @param uid negative where it is not known
 */
record PeerUser(int uid) {
    private static final int ROOT = 0;
    private static final int UNKNOWN = -1;

    static PeerUser of(NetSocket socket) {
        Channel channel = ((NetSocketInternal) socket).channelHandlerContext().channel();
        try {
            return new PeerUser(
                    channel instanceof EpollDomainSocketChannel unix
                            ? unix.peerCredentials().uid()
                            : UNKNOWN);
        } catch (IOException e) {
            return new PeerUser(UNKNOWN);
        }
    }

    /** True for root, and for the user that the daemon runs as. */
    boolean isOwner() {
        return uid == ROOT || (uid != UNKNOWN && uid == own());
    }

    private static int own() {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
