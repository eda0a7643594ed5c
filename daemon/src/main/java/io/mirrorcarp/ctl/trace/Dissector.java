// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.trace;

import java.util.List;
import java.util.Locale;

/**
 * Writes the dissector of the state channel for Wireshark, {@code contrib/mirrorcarp.lua}, from the fields of a frame's header. The layout is that of
 * {@link io.mirrorcarp.pfsync.message.FrameHeader}.
 */
public final class Dissector {
    /** How a field is written, as Protocol Buffers have it. */
    enum Wire {
        VARINT(0),
        FIXED64(1),
        LENGTH(2),
        FIXED32(5);

        private final int number;

        Wire(int number) {
            this.number = number;
        }
    }

    /**
     * A field of the header.
     *
     * @param number its number in the message
     * @param key what a filter names it, behind {@code mirrorcarp.}
     */
    record Field(int number, Wire wire, String key, String title) {}

    /** The header, in its order. */
    static final List<Field> FIELDS = List.of(
            new Field(1, Wire.VARINT, "version", "Version"),
            new Field(2, Wire.VARINT, "key", "Key id"),
            new Field(3, Wire.FIXED32, "creatorid", "Creator id"),
            new Field(4, Wire.FIXED64, "epoch", "Epoch"),
            new Field(5, Wire.FIXED64, "stream", "Sequence of a stream frame"),
            new Field(6, Wire.FIXED64, "control", "Number of a control frame"),
            new Field(15, Wire.LENGTH, "sealed", "Sealed payload and its tag"));

    private static final String CODE = """

            -- The value of a varint and the position behind it; nil where it is cut short.
            local function varint(buffer, position)
              local value, factor = 0, 1
              for _ = 1, 5 do
                if position >= buffer:len() then return nil, position end
                local byte = buffer(position, 1):uint()
                value = value + (byte % 128) * factor
                position = position + 1
                if byte < 128 then return value, position end
                factor = factor * 128
              end
              return nil, position
            end

            function mirrorcarp.dissector(buffer, pinfo, root)
              pinfo.cols.protocol = "Mirrorcarp"
              local tree = root:add(mirrorcarp, buffer())
              local position, words = 0, {}
              while position < buffer:len() do
                local start = position
                local tag, value
                tag, position = varint(buffer, position)
                local field = tag and known[tag]
                if not field then
                  tree:add_expert_info(PI_MALFORMED, PI_ERROR, "not a frame of Mirrorcarp")
                  break
                end
                local length = field.length
                if length == 0 then
                  value, position = varint(buffer, position)
                elseif length < 0 then
                  length, position = varint(buffer, position)
                  value = length
                end
                if not value and field.length <= 0 or position + length > buffer:len() then
                  tree:add_expert_info(PI_MALFORMED, PI_ERROR, "cut short")
                  break
                end
                if field.length == 0 then
                  tree:add(field.proto, buffer(start, position - start), value)
                elseif field.length < 0 then
                  tree:add(field.proto, buffer(position, length))
                else
                  tree:add_le(field.proto, buffer(position, length))
                  value = field.length == 8 and buffer(position, length):le_uint64() or buffer(position, length):le_uint()
                end
                if field.word then words[#words + 1] = field.word .. " " .. tostring(value) end
                position = position + length
              end
              pinfo.cols.info = table.concat(words, ", ")
            end

            DissectorTable.get("ip.proto"):add(240, mirrorcarp)
            """;

    private Dissector() {}

    /** The whole file. */
    public static String lua() {
        StringBuilder lua = new StringBuilder("""
                -- SPDX-License-Identifier: BSD-2-Clause
                -- Shows frames of Mirrorcarp's state channel (IP protocol 240) in Wireshark: what stands in clear before the sealed payload.
                -- wireshark -X lua_script:mirrorcarp.lua, or put it into the directory of personal plug-ins. carpctl trace pfsync -w FILE
                -- opens the payload with the keys of the node, and writes what it says into the comment of each packet.
                -- Written by the build from the table of fields; do not edit it.
                local mirrorcarp = Proto("mirrorcarp", "Mirrorcarp state channel")
                local fields = mirrorcarp.fields
                local known = {}
                """);
        for (Field field : FIELDS) {
            int tag = field.number() << 3 | field.wire().number;
            lua.append(String.format(
                    Locale.ROOT,
                    "fields.%1$s = %2$s%nknown[%3$d] = {proto = fields.%1$s, length = %4$d, word = %5$s}%n",
                    field.key(),
                    proto(field),
                    tag,
                    length(field),
                    isInSummary(field) ? "\"" + field.key() + "\"" : "nil"));
        }
        return lua + CODE;
    }

    private static boolean isInSummary(Field field) {
        return List.of("key", "stream", "control").contains(field.key());
    }

    private static int length(Field field) {
        return switch (field.wire()) {
            case VARINT -> 0;
            case FIXED32 -> Integer.BYTES;
            case FIXED64 -> Long.BYTES;
            case LENGTH -> -1;
        };
    }

    private static String proto(Field field) {
        String kind = switch (field.wire()) {
            case VARINT -> "uint32(%s, base.DEC)";
            case FIXED32 -> "uint32(%s, base.HEX)";
            case FIXED64 -> field.key().equals("epoch") ? "uint64(%s, base.HEX)" : "uint64(%s, base.DEC)";
            case LENGTH -> "bytes(%s)";
        };
        return "ProtoField." + kind.replace("%s", "\"mirrorcarp." + field.key() + "\", \"" + field.title() + "\"");
    }
}
