// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.LibraryOption;
import jnr.ffi.Runtime;

/**
 * The C library's calls on sockets, and the constants they take.
 *
 * <p>Pointers are passed as {@code long}, lengths as {@code int} or {@code long} as in the C prototype on a 64-bit Linux, so that a call
 * allocates nothing. {@link #errno} must be read directly behind a call that answered -1, on the same thread. The constants are those of
 * the generic Linux ABI, equal on x86_64 and aarch64 (the {@code O_*} flags that differ there, such as {@code O_DIRECTORY}, are not used).
 */
final class Libc {

    /** The calls. Public only because the generated class must see it. */
    public interface Calls {
        int socket(int domain, int type, int protocol);

        int bind(int fd, long address, int addressLength);

        int connect(int fd, long address, int addressLength);

        int getsockname(int fd, long address, long addressLength);

        int setsockopt(int fd, int level, int option, long value, int valueLength);

        int getsockopt(int fd, int level, int option, long value, long valueLength);

        int recvmmsg(int fd, long messages, int count, int flags, long timeout);

        int sendmmsg(int fd, long messages, int count, int flags);

        long send(int fd, long bytes, long length, int flags);

        long write(int fd, long bytes, long length);

        int ioctl(int fd, long request, long argument);

        int poll(long descriptors, long count, int timeoutMillis);

        int open(String path, int flags);

        int close(int fd);

        int setns(int fd, int namespaceType);

        int sched_setscheduler(int thread, int policy, long parameters);

        int clock_gettime(int clock, long time);

        String strerror(int errno);
    }

    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;
    static final int AF_PACKET = 17;

    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;

    static final int MSG_TRUNC = 0x20;
    static final int MSG_DONTWAIT = 0x40;
    static final int MSG_NOSIGNAL = 0x4000;

    static final int O_RDONLY_CLOEXEC = 0x80000;
    static final int O_RDWR_NONBLOCK_CLOEXEC = 0x80802;
    static final int CLONE_NEWNET = 0x40000000;
    static final short POLLIN = 1;
    static final int SCHED_OTHER = 0;
    static final int SCHED_RR = 2;
    static final int SCHED_RESET_ON_FORK = 0x40000000;

    static final int SOL_SOCKET = 1;
    static final int SO_ERROR = 4;
    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_ATTACH_FILTER = 26;
    static final int SO_DETACH_FILTER = 27;
    static final int SO_SNDBUFFORCE = 32;
    static final int SO_RCVBUFFORCE = 33;
    static final int SO_BINDTOIFINDEX = 62;

    static final int IPPROTO_IP = 0;
    static final int IP_TOS = 1;
    static final int IP_TTL = 2;
    static final int IP_RECVERR = 11;
    static final int IP_MTU_DISCOVER = 10;
    static final int IP_MULTICAST_IF = 32;
    static final int IP_MULTICAST_TTL = 33;
    static final int IP_MULTICAST_LOOP = 34;
    static final int IP_ADD_MEMBERSHIP = 35;
    static final int IP_MULTICAST_ALL = 49;

    static final int IPPROTO_IPV6 = 41;
    static final int IPV6_UNICAST_HOPS = 16;
    static final int IPV6_MULTICAST_IF = 17;
    static final int IPV6_MULTICAST_HOPS = 18;
    static final int IPV6_MULTICAST_LOOP = 19;
    static final int IPV6_JOIN_GROUP = 20;
    static final int IPV6_MTU_DISCOVER = 23;
    static final int IPV6_MULTICAST_ALL = 29;
    static final int IPV6_V6ONLY = 26;
    static final int IPV6_RECVHOPLIMIT = 51;
    static final int IPV6_RECVERR = 25;
    static final int IPV6_HOPLIMIT = 52;
    static final int IPV6_DONTFRAG = 62;

    static final int SOL_PACKET = 263;
    static final int PACKET_ADD_MEMBERSHIP = 1;
    static final int PACKET_IGNORE_OUTGOING = 23;
    static final int PACKET_MR_MULTICAST = 0;
    static final int PACKET_MR_PROMISC = 1;
    static final int PACKET_MR_UNICAST = 3;
    static final int ETH_P_ALL = 3;

    static final int SOL_NETLINK = 270;
    static final int NETLINK_ADD_MEMBERSHIP = 1;
    static final int NETLINK_DROP_MEMBERSHIP = 2;
    static final int NETLINK_BROADCAST_ERROR = 4;
    static final int NETLINK_NO_ENOBUFS = 5;
    static final int NETLINK_CAP_ACK = 10;
    static final int NETLINK_EXT_ACK = 11;
    static final int NETLINK_GET_STRICT_CHK = 12;

    /** The calls, loaded once. */
    static final Calls CALLS = LibraryLoader.create(Calls.class)
            .option(LibraryOption.SaveError, true)
            .load("c");

    private static final Runtime RUNTIME = Runtime.getRuntime(CALLS);

    private Libc() {}

    /** The errno of the call that this thread made last. */
    static int errno() {
        return LastError.getLastError(RUNTIME);
    }

    /** Where index 0 of a direct buffer is in memory. The buffer must stay reachable for as long as the address is in use. */
    static long address(ByteBuffer direct) {
        return MemoryIO.getInstance().getDirectBufferAddress(direct);
    }
}
