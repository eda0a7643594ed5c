// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import static io.mirrorcarp.daemon.control.Words.usage;

import io.mirrorcarp.conntrack.entry.AddressPrefix;
import io.mirrorcarp.conntrack.entry.FlowFilter;
import io.mirrorcarp.daemon.config.AddressText;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The states that a command is about.
 *
 * @param flows what the kernel's entry tells
 * @param owner the name of the node that owns the state, or "none" for one that is not replicated; empty for any
 */
record StateFilter(FlowFilter flows, Optional<String> owner) {
    /** The options that make a filter. */
    static final List<String> OPTIONS =
            List.of("--src", "--dst", "--sport", "--dport", "--proto", "--zone", "--mark", "--owner");

    /** The owner of a state that is not replicated. */
    static final String NOBODY = "none";

    private static final int LARGEST_PORT = 65_535;
    private static final long LARGEST_MARK = 0xffff_ffffL;

    static StateFilter of(Words words) throws CommandFailure {
        long[] mark = mark(words);
        FlowFilter flows = new FlowFilter(
                prefix(words, "--src"),
                prefix(words, "--dst"),
                number(words, "--sport"),
                number(words, "--dport"),
                protocol(words),
                number(words, "--zone"),
                (int) mark[0],
                (int) mark[1]);
        return new StateFilter(flows, words.option("--owner"));
    }

    /** Whether it chooses every state. */
    boolean isAll() {
        return flows.equals(FlowFilter.ALL) && owner.isEmpty();
    }

    /** Whether a state with this owner is chosen. */
    boolean isOwner(String name) {
        return owner.isEmpty() || owner.get().equals(name.isEmpty() ? NOBODY : name);
    }

    private static @Nullable AddressPrefix prefix(Words words, String option) throws CommandFailure {
        Optional<String> given = words.option(option);
        if (given.isEmpty()) {
            return null;
        }
        int slash = given.get().indexOf('/');
        String host = slash < 0 ? given.get() : given.get().substring(0, slash);
        Optional<InetAddress> address = AddressText.parse(host);
        if (address.isEmpty()) {
            throw usage(option + " must be an address or a prefix, such as 10.0.0.7, 10.0.0.0/24 or 2001:db8::/32, not "
                    + given.get());
        }
        int bits = address.get().getAddress().length * Byte.SIZE;
        int length = slash < 0
                ? bits
                : Words.integer(option + ": the length", given.get().substring(slash + 1), 0, bits);
        return AddressPrefix.of(address.get(), length);
    }

    private static int number(Words words, String option) throws CommandFailure {
        Optional<String> given = words.option(option);
        return given.isEmpty() ? FlowFilter.ANY : Words.integer(option, given.get(), 0, LARGEST_PORT);
    }

    private static int protocol(Words words) throws CommandFailure {
        Optional<String> given = words.option("--proto");
        if (given.isEmpty()) {
            return FlowFilter.ANY;
        }
        return ProtocolNames.number(given.get())
                .orElseThrow(
                        () -> usage("--proto must be tcp, udp, icmp, icmpv6, sctp, dccp, udplite, gre or a number from"
                                + " 0 to 255, not " + given.get()));
    }

    /** Value and mask. */
    private static long[] mark(Words words) throws CommandFailure {
        Optional<String> given = words.option("--mark");
        if (given.isEmpty()) {
            return new long[] {0, 0};
        }
        try {
            String[] parts = given.get().split("/", 2);
            long value = Long.decode(parts[0]);
            long mask = parts.length == 1 ? LARGEST_MARK : Long.decode(parts[1]);
            if (value >= 0 && value <= LARGEST_MARK && mask >= 0 && mask <= LARGEST_MARK) {
                return new long[] {value, mask};
            }
        } catch (NumberFormatException expected) {
            // Said below.
        }
        throw usage("--mark must be VALUE or VALUE/MASK of 32 bits, such as 1 or 0x10/0xf0, not " + given.get());
    }
}
