// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What this host, or the container that carpd runs in, does not allow, although carpd runs without it. */
public final class HostLimits {
    private static final Path RECEIVE_LIMIT = Path.of("/proc/sys/net/core/rmem_max");

    /** As large as the buffer of conntrack's events. */
    private static final String WANTED = "33554432";

    private HostLimits() {}

    /** Each lack once, with what it means and what to do. */
    public static List<String> notices() {
        List<String> notices = new ArrayList<>();
        if (!mayExceedBufferLimits()) {
            notices.add("no right to socket buffers beyond net.core.rmem_max" + receiveLimit()
                    + ", as in a container: a burst of events may overrun them, and is then repaired by a comparison. On the"
                    + " machine itself run: sysctl -w net.core.rmem_max=" + WANTED + " net.core.wmem_max=" + WANTED);
        }
        return notices;
    }

    private static boolean mayExceedBufferLimits() {
        try (NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_ROUTE)) {
            return socket.mayExceedBufferLimits();
        } catch (ErrnoException e) {
            // Whoever needs a socket says so.
            return true;
        }
    }

    /** Not to be seen everywhere: it may be that of the machine only. */
    private static String receiveLimit() {
        try {
            return " (" + Files.readString(RECEIVE_LIMIT).strip() + " bytes)";
        } catch (IOException e) {
            return "";
        }
    }
}
