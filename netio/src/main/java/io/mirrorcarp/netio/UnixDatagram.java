// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A datagram socket in the family of this machine (unix(7)), connected to a service that only listens: systemd's for notices and the journal's. Java has such
 * sockets for streams only. For one thread at a time.
 */
public final class UnixDatagram implements AutoCloseable {
    /** Of the kernel, with the zero at the end. */
    private static final int MAXIMUM_PATH_BYTES = 108;

    private static final int FAMILY_BYTES = 2;

    private final Descriptor descriptor;

    private UnixDatagram(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Opens and connects it; nonblocking.
     *
     * @param path where the service listens; with {@code @} in front, in the abstract namespace
     */
    public static UnixDatagram connect(String path) throws ErrnoException {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length >= MAXIMUM_PATH_BYTES) {
            throw new ErrnoException("connect to " + path, Errno.EINVAL);
        }
        boolean isAbstract = bytes[0] == '@';
        if (isAbstract) {
            bytes[0] = 0;
        }
        int length = FAMILY_BYTES + bytes.length + (isAbstract ? 0 : 1);
        ByteBuffer address = ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
        address.putShort(0, (short) Libc.AF_UNIX).put(FAMILY_BYTES, bytes);
        Descriptor descriptor = Descriptor.socket(Libc.AF_UNIX, Libc.SOCK_DGRAM, 0, path);
        try {
            if (Libc.CALLS.connect(descriptor.fd(), Libc.address(address), length) < 0) {
                throw new ErrnoException("connect to " + path, Libc.errno());
            }
            return new UnixDatagram(descriptor);
        } catch (ErrnoException e) {
            descriptor.close();
            throw e;
        } finally {
            Reference.reachabilityFence(address);
        }
    }

    /**
     * Sends one datagram without waiting.
     *
     * @return 0, or the errno: {@code EAGAIN} when the service does not keep up
     */
    public int send(byte[] datagram) {
        ByteBuffer direct = ByteBuffer.allocateDirect(datagram.length);
        direct.put(0, datagram);
        return descriptor.send(direct);
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
