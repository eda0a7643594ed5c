// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * An open file descriptor, and its only owner. It is closed once, by {@link #close}; after that every use of it is refused, so that a
 * number that the kernel gave to somebody else is never touched.
 */
public final class Descriptor implements AutoCloseable {

    private final String name;
    private int fd;

    private Descriptor(int fd, String name) {
        this.fd = fd;
        this.name = name;
    }

    /** Opens a socket; close-on-exec, and nonblocking. */
    static Descriptor socket(int family, int type, int protocol, String name) throws ErrnoException {
        int fd = Libc.CALLS.socket(family, type | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, protocol);
        if (fd < 0) {
            throw new ErrnoException("open " + name, Libc.errno());
        }
        return new Descriptor(fd, name);
    }

    /** Opens a file to read, close-on-exec. */
    static Descriptor file(String path) throws ErrnoException {
        return open(path, Libc.O_RDONLY_CLOEXEC);
    }

    /** Opens a device to read and write, close-on-exec, nonblocking. */
    static Descriptor device(String path) throws ErrnoException {
        return open(path, Libc.O_RDWR_NONBLOCK_CLOEXEC);
    }

    private static Descriptor open(String path, int flags) throws ErrnoException {
        int fd = Libc.CALLS.open(path, flags);
        if (fd < 0) {
            throw new ErrnoException("open " + path, Libc.errno());
        }
        return new Descriptor(fd, path);
    }

    /** The number, for the next call only. */
    int fd() {
        if (fd < 0) {
            throw new IllegalStateException(name + " is closed");
        }
        return fd;
    }

    /** Whether it is still open. */
    public boolean isOpen() {
        return fd >= 0;
    }

    /** Sets an option of type int. */
    void setOption(int level, int option, int value, String what) throws ErrnoException {
        ByteBuffer argument = ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder());
        argument.putInt(0, value);
        setOption(level, option, argument, what);
    }

    /** Sets an option of any type; the whole buffer is its value. */
    void setOption(int level, int option, ByteBuffer value, String what) throws ErrnoException {
        try {
            if (Libc.CALLS.setsockopt(fd(), level, option, Libc.address(value), value.capacity()) < 0) {
                throw new ErrnoException(name + ": set " + what, Libc.errno());
            }
        } finally {
            Reference.reachabilityFence(value);
        }
    }

    /** The error that is waiting at the socket, which is taken away by asking; 0 where there is none. */
    int takeError() {
        ByteBuffer value = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        value.putInt(4, 4);
        try {
            long address = Libc.address(value);
            int result = Libc.CALLS.getsockopt(fd(), Libc.SOL_SOCKET, Libc.SO_ERROR, address, address + 4);
            return result < 0 ? 0 : value.getInt(0);
        } finally {
            Reference.reachabilityFence(value);
        }
    }

    /** Binds to a socket address; the whole buffer is the address. */
    void bind(ByteBuffer address) throws ErrnoException {
        try {
            if (Libc.CALLS.bind(fd(), Libc.address(address), address.capacity()) < 0) {
                throw new ErrnoException("bind " + name, Libc.errno());
            }
        } finally {
            Reference.reachabilityFence(address);
        }
    }

    /** Attaches a packet filter, in place of one that is there. */
    void attachFilter(BpfProgram program) throws ErrnoException {
        ByteBuffer instructions = program.instructions();
        ByteBuffer argument = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
        argument.putShort(0, (short) program.length());
        argument.putLong(8, Libc.address(instructions));
        try {
            setOption(Libc.SOL_SOCKET, Libc.SO_ATTACH_FILTER, argument, "filter");
        } finally {
            Reference.reachabilityFence(instructions);
        }
    }

    /**
     * Sends from the buffer's position to its limit, which are left alone.
     *
     * @return 0, or the errno
     */
    int send(ByteBuffer direct) {
        long start = Libc.address(direct) + direct.position();
        try {
            return Libc.CALLS.send(fd(), start, direct.remaining(), Libc.MSG_NOSIGNAL) < 0 ? Libc.errno() : 0;
        } finally {
            Reference.reachabilityFence(direct);
        }
    }

    /** The same of a file: writes from the buffer's position to its limit in one call. */
    int write(ByteBuffer direct) {
        long start = Libc.address(direct) + direct.position();
        try {
            return Libc.CALLS.write(fd(), start, direct.remaining()) < 0 ? Libc.errno() : 0;
        } finally {
            Reference.reachabilityFence(direct);
        }
    }

    /** Asks the driver of a device (ioctl(2)) with an argument that it may change. */
    void control(long request, ByteBuffer argument, String what) throws ErrnoException {
        try {
            if (Libc.CALLS.ioctl(fd(), request, Libc.address(argument)) < 0) {
                throw new ErrnoException(name + ": " + what, Libc.errno());
            }
        } finally {
            Reference.reachabilityFence(argument);
        }
    }

    /**
     * Sets the kernel's receive buffer beyond the limit of {@code net.core.rmem_max}, which needs CAP_NET_ADMIN in the first user namespace; without the right,
     * as in a container, as far as that limit.
     */
    void setReceiveBuffer(int bytes) throws ErrnoException {
        setBuffer(Libc.SO_RCVBUFFORCE, Libc.SO_RCVBUF, bytes, "receive buffer");
    }

    /** Sets the kernel's send buffer beyond the limit of {@code net.core.wmem_max}, or without the right as far as that. */
    void setSendBuffer(int bytes) throws ErrnoException {
        setBuffer(Libc.SO_SNDBUFFORCE, Libc.SO_SNDBUF, bytes, "send buffer");
    }

    private void setBuffer(int beyondLimit, int withinLimit, int bytes, String what) throws ErrnoException {
        try {
            setOption(Libc.SOL_SOCKET, beyondLimit, bytes, what);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            setOption(Libc.SOL_SOCKET, withinLimit, bytes, what);
        }
    }

    /** Whether this process may make buffers larger than the kernel's limits. */
    boolean mayExceedBufferLimits() {
        try {
            setOption(Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, 1, "receive buffer");
            return true;
        } catch (ErrnoException e) {
            return false;
        }
    }

    /** Closes it; does nothing the second time. */
    @Override
    public void close() {
        int number = fd;
        fd = -1;
        if (number >= 0) {
            Libc.CALLS.close(number);
        }
    }

    @Override
    public String toString() {
        return fd < 0 ? name + " (closed)" : name + " (" + fd + ")";
    }
}
