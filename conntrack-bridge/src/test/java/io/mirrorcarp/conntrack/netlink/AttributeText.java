// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.netlink;

import io.mirrorcarp.netio.netlink.NetlinkReader;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A message as text, to compare at a glance: "type/flags family" and then each attribute as "number=hex", nests in braces. What is a
 * nest is told by the nested flag alone, so a writer that forgets it is seen.
 */
final class AttributeText {
    private AttributeText() {}

    static String of(ByteBuffer message) {
        NetlinkReader reader = new NetlinkReader().reset(message);
        if (!reader.next()) {
            return "no message";
        }
        StringBuilder text = new StringBuilder();
        text.append(Integer.toHexString(reader.type())).append('/').append(Integer.toHexString(reader.flags()));
        text.append(" family ").append(reader.bodyU8(0));
        reader.attributes(Ctnetlink.HEADER_LENGTH);
        append(message, reader, text);
        return reader.malformed() ? "malformed: " + text : text.toString();
    }

    private static void append(ByteBuffer message, NetlinkReader reader, StringBuilder text) {
        while (reader.nextAttribute()) {
            text.append(' ').append(reader.attributeType());
            boolean nested = (message.get(reader.valueOffset() - 1) & 0x80) != 0;
            if (nested) {
                text.append('{');
                reader.enter();
                append(message, reader, text);
                reader.leave();
                text.append(" }");
            } else {
                text.append('=').append(HexFormat.of().formatHex(reader.bytes()));
            }
        }
    }
}
