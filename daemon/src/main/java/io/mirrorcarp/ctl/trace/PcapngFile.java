// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.trace;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A capture file in the format pcapng (draft-ietf-opsawg-pcapng), which Wireshark and tcpdump read: one section, an interface block for each device, and packets with
 * a comment each. A packet is written through at once.
 */
public final class PcapngFile implements Closeable {
    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int ENHANCED_PACKET = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int OPTION_COMMENT = 1;
    private static final int OPTION_NAME = 2;
    private static final int LONGEST_COMMENT = 60_000;

    private final OutputStream out;
    private final Map<String, Integer> devices = new LinkedHashMap<>();

    /** Makes the file, for its owner alone since it tells what was sealed; or empties the one that is there. */
    public PcapngFile(Path path) throws IOException {
        out = new BufferedOutputStream(Channels.newOutputStream(Files.newByteChannel(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))));
        ByteBuffer body = body(16);
        body.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1);
        block(SECTION_HEADER, body);
        out.flush();
    }

    /**
     * Adds a packet.
     *
     * @param micros since 1970
     * @param comment what it says, in words
     */
    public void add(String device, long micros, ByteBuffer frame, String comment) throws IOException {
        Integer index = devices.get(device);
        if (index == null) {
            index = devices.size();
            devices.put(device, index);
            describe(device);
        }
        byte[] words = cut(comment.getBytes(StandardCharsets.UTF_8), LONGEST_COMMENT);
        int length = frame.remaining();
        ByteBuffer body = body(20 + padded(length) + 4 + padded(words.length) + 4);
        body.putInt(index)
                .putInt((int) (micros >>> 32))
                .putInt((int) micros)
                .putInt(length)
                .putInt(length)
                .put(frame.slice());
        align(body);
        option(body, OPTION_COMMENT, words);
        block(ENHANCED_PACKET, body);
        out.flush();
    }

    private void describe(String device) throws IOException {
        byte[] name = device.getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = body(8 + 4 + padded(name.length) + 4);
        body.putShort((short) LINKTYPE_ETHERNET).putShort((short) 0).putInt(0);
        option(body, OPTION_NAME, name);
        block(INTERFACE_DESCRIPTION, body);
    }

    /** One option, and the end of the options. */
    private static void option(ByteBuffer body, int code, byte[] value) {
        body.putShort((short) code).putShort((short) value.length).put(value);
        align(body);
        body.putInt(0);
    }

    private static byte[] cut(byte[] bytes, int most) {
        return bytes.length <= most ? bytes : java.util.Arrays.copyOf(bytes, most);
    }

    private static int padded(int length) {
        return (length + 3) & ~3;
    }

    private static void align(ByteBuffer body) {
        while ((body.position() & 3) != 0) {
            body.put((byte) 0);
        }
    }

    private static ByteBuffer body(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void block(int type, ByteBuffer body) throws IOException {
        int total = 12 + body.position();
        ByteBuffer whole = body(total);
        whole.putInt(type).putInt(total).put(body.flip()).putInt(total);
        byte[] bytes = new byte[total];
        whole.flip().get(bytes);
        out.write(bytes);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
