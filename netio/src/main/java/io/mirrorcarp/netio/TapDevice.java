// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * An Ethernet interface whose cable this process holds (Linux Documentation/networking/tuntap.rst): what is written here comes in by it. The kernel removes the
 * interface when this is closed or the process ends, however it ends.
 */
public final class TapDevice implements AutoCloseable {
    private static final String PATH = "/dev/net/tun";

    /** {@code TUNSETIFF}, which takes a {@code struct ifreq}: name of 16 bytes, flags u16. */
    private static final long SET_INTERFACE = 0x400454caL;

    private static final int REQUEST_BYTES = 40;
    private static final int NAME_BYTES = 16;
    private static final short TAP_WITHOUT_HEADER = 0x1002;

    private final Descriptor descriptor;
    private final String name;

    private TapDevice(Descriptor descriptor, String name) {
        this.descriptor = descriptor;
        this.name = name;
    }

    /**
     * Makes the interface in the network namespace of the calling thread. It is down.
     *
     * @param pattern its name, with {@code %d} for a number that is free; at most 15 characters
     * @throws ErrnoException ENOENT where the kernel has no tun driver, EPERM without CAP_NET_ADMIN
     */
    public static TapDevice open(String pattern) throws ErrnoException {
        Descriptor descriptor = Descriptor.device(PATH);
        try {
            ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES).order(ByteOrder.nativeOrder());
            request.put(0, pattern.getBytes(StandardCharsets.US_ASCII));
            request.putShort(NAME_BYTES, TAP_WITHOUT_HEADER);
            descriptor.control(SET_INTERFACE, request, "make the interface " + pattern);
            return new TapDevice(descriptor, name(request));
        } catch (ErrnoException e) {
            descriptor.close();
            throw e;
        }
    }

    private static String name(ByteBuffer request) {
        byte[] bytes = new byte[NAME_BYTES];
        request.get(0, bytes);
        return new String(bytes, StandardCharsets.US_ASCII).split("\0", 2)[0];
    }

    /** The name that the kernel gave it. */
    public String name() {
        return name;
    }

    /**
     * Lets a frame come in, from the buffer's position to its limit, which are left alone. What the kernel does with the frame it does before this returns.
     *
     * @param frame a direct buffer: an Ethernet header and what follows it, without a checksum at its end
     * @return 0, or the errno: EIO while the interface is down
     */
    public int write(ByteBuffer frame) {
        return descriptor.write(frame);
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
