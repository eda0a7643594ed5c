// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.netlink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The messages of ctnetlink-messages.txt, which explains where they come from. */
public final class RecordedMessages {
    private static final String RESOURCE = "/io/mirrorcarp/conntrack/ctnetlink-messages.txt";
    private static final Map<String, byte[]> MESSAGES = read();

    private RecordedMessages() {}

    /** The message of that name, in a direct buffer of its own. */
    public static ByteBuffer message(String name) {
        return direct(MESSAGES.get(name));
    }

    /** Every message's name. */
    public static List<String> names() {
        return List.copyOf(MESSAGES.keySet());
    }

    static ByteBuffer direct(byte[] bytes) {
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }

    private static Map<String, byte[]> read() {
        Map<String, byte[]> messages = new LinkedHashMap<>();
        try (var in = RecordedMessages.class.getResourceAsStream(RESOURCE)) {
            String text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                int space = line.indexOf(' ');
                messages.put(line.substring(0, space), HexFormat.of().parseHex(line.substring(space + 1)));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return messages;
    }
}
