// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.request;

import com.google.protobuf.ByteString;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.conntrack.entry.FlowMark;
import io.mirrorcarp.daemon.config.FilterConfiguration;
import io.mirrorcarp.proto.control.StateChoice;
import java.net.InetAddress;
import java.util.List;

/**
 * Reads which states are meant, in the words that {@code carpctl states} and the HTTP interface share: each a key and a text. An address is one or a prefix, a port a
 * number, a protocol a name or a number, a mark {@code VALUE} or {@code VALUE/MASK}.
 */
public final class StateChoiceText {
    /** What conntrack(8) tells apart too. */
    public static final List<String> KEYS = List.of("src", "dst", "sport", "dport", "proto", "zone", "mark", "owner");

    /** Any end of a state. */
    public static final List<String> END_KEYS = List.of("address", "port");

    private static final int LARGEST_PORT = 65_535;

    private final StateChoice.Builder choice = StateChoice.newBuilder();
    private final String dashes;

    /**
     * Begins with every state.
     *
     * @param dashes what stands before a key where it is written, for the sentences: "--" or nothing
     */
    public StateChoiceText(String dashes) {
        this.dashes = dashes;
    }

    /**
     * Adds one.
     *
     * @param key one of {@link #KEYS} or {@link #END_KEYS}
     * @throws IllegalArgumentException where the text is none of the key; its message says what would be right
     */
    public void put(String key, String text) {
        String name = dashes + key;
        switch (key) {
            case "src" -> choice.setSource(prefix(name, text));
            case "dst" -> choice.setDestination(prefix(name, text));
            case "address" -> choice.setEnd(prefix(name, text));
            case "sport" -> choice.setSourcePort(number(name, text, 0, LARGEST_PORT));
            case "dport" -> choice.setDestinationPort(number(name, text, 0, LARGEST_PORT));
            case "port" -> choice.setEndPort(number(name, text, 0, LARGEST_PORT));
            case "proto" -> choice.setProtocol(protocol(name, text));
            case "zone" -> choice.setZone(number(name, text, 0, LARGEST_PORT));
            case "mark" -> choice.setMark(mark(name, text));
            case "owner" -> choice.setOwner(text);
            default -> throw new IllegalArgumentException(key);
        }
    }

    public StateChoice choice() {
        return choice.build();
    }

    private static int number(String name, String text, int minimum, int maximum) {
        try {
            int value = Integer.parseInt(text);
            if (value >= minimum && value <= maximum) {
                return value;
            }
        } catch (NumberFormatException expected) {
            // Said below.
        }
        throw new IllegalArgumentException(
                name + " must be a whole number from " + minimum + " to " + maximum + ", not " + text);
    }

    private static StateChoice.Prefix prefix(String name, String text) {
        int slash = text.indexOf('/');
        InetAddress host = AddressText.parse(slash < 0 ? text : text.substring(0, slash))
                .orElseThrow(() -> new IllegalArgumentException(name
                        + " must be an address or a prefix, such as 10.0.0.7, 10.0.0.0/24 or 2001:db8::/32, not "
                        + text));
        byte[] bytes = host.getAddress();
        int bits = bytes.length * Byte.SIZE;
        int length = slash < 0 ? bits : number(name + ": the length", text.substring(slash + 1), 0, bits);
        return StateChoice.Prefix.newBuilder()
                .setAddress(ByteString.copyFrom(bytes))
                .setLength(length)
                .build();
    }

    private static int protocol(String name, String text) {
        return FilterConfiguration.Protocol.of(text)
                .map(FilterConfiguration.Protocol::number)
                .orElseThrow(() -> new IllegalArgumentException(name
                        + " must be tcp, udp, icmp, icmpv6, sctp, dccp, udplite, gre or a number from 0 to 255, not "
                        + text));
    }

    private static StateChoice.Mark mark(String name, String text) {
        FlowMark mark = FlowMark.of(text)
                .orElseThrow(() -> new IllegalArgumentException(
                        name + " must be VALUE or VALUE/MASK of 32 bits, such as 1 or 0x10/0xf0, not " + text));
        return StateChoice.Mark.newBuilder()
                .setValue(mark.value())
                .setMask(mark.mask())
                .build();
    }
}
