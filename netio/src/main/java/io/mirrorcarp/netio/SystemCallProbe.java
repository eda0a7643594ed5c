// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Tries the system calls that sockets here are made of, each in a way that changes and sends nothing, and tells which ones the kernel refuses. */
public final class SystemCallProbe {
    /** What filters of system calls answer: seccomp(2) as it is told to, {@code RestrictAddressFamilies=} of systemd the last one. */
    private static final Set<Integer> REFUSALS = Set.of(Errno.EPERM, Errno.EACCES, Errno.ENOSYS, Errno.EAFNOSUPPORT);

    /** What the state channel is. */
    private static final int PROTOCOL = 240;

    private final List<String> refused = new ArrayList<>();

    private SystemCallProbe() {}

    /**
     * The calls that are refused, such as {@code recvmmsg} or {@code socket(AF_PACKET)}, in the order in which they are tried. A process without CAP_NET_RAW is refused some
     * of them for that.
     */
    public static List<String> refused() {
        SystemCallProbe probe = new SystemCallProbe();
        probe.sockets();
        probe.batches();
        probe.scheduling();
        return List.copyOf(probe.refused);
    }

    private void sockets() {
        close(socket("socket(AF_PACKET)", Libc.AF_PACKET, 0));
        close(socket("socket(AF_INET, SOCK_RAW)", Libc.AF_INET, PROTOCOL));
    }

    private void batches() {
        int netlink = socket("socket(AF_NETLINK)", Libc.AF_NETLINK, 0);
        if (netlink >= 0) {
            judge("recvmmsg", Libc.CALLS.recvmmsg(netlink, 0, 0, Libc.MSG_DONTWAIT, 0));
            judge("sendmmsg", Libc.CALLS.sendmmsg(netlink, 0, 0, 0));
            close(netlink);
        }
    }

    /** The kernel finds fault with a real-time priority of 0 before it asks for the right to one. */
    private void scheduling() {
        ByteBuffer none = ByteBuffer.allocateDirect(Integer.BYTES);
        try {
            judge("sched_setscheduler", Libc.CALLS.sched_setscheduler(0, Libc.SCHED_RR, Libc.address(none)));
        } finally {
            Reference.reachabilityFence(none);
        }
    }

    private int socket(String name, int family, int protocol) {
        return judge(name, Libc.CALLS.socket(family, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, protocol));
    }

    private int judge(String name, int answer) {
        if (answer < 0 && REFUSALS.contains(Libc.errno())) {
            refused.add(name);
        }
        return answer;
    }

    private static void close(int descriptor) {
        if (descriptor >= 0) {
            Libc.CALLS.close(descriptor);
        }
    }
}
