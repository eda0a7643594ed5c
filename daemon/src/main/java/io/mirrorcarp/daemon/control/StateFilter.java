// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import static io.mirrorcarp.daemon.control.CommandFailure.usage;

import com.google.protobuf.ByteString;
import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.conntrack.entry.FlowFilter;
import io.mirrorcarp.proto.control.StateChoice;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The states that a command is about.
 *
 * @param flows what the kernel's entry tells
 * @param owner the name of the node that owns the state, or "none" for one that is not replicated; empty for any
 * @param ends what any end of it is
 */
record StateFilter(FlowFilter flows, Optional<String> owner, StateEnds ends) {
    /** Every state. */
    static final StateFilter ALL = new StateFilter(FlowFilter.ALL, Optional.empty(), StateEnds.ANY);

    /** The owner of a state that is not replicated. */
    static final String NOBODY = "none";

    static final int LARGEST_PORT = 65_535;
    static final int LARGEST_PROTOCOL = 255;

    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;

    /** Throws where a value of the choice is out of its range. */
    static StateFilter of(StateChoice choice) throws CommandFailure {
        FlowFilter flows = new FlowFilter(
                choice.hasSource() ? prefix("src", choice.getSource()) : null,
                choice.hasDestination() ? prefix("dst", choice.getDestination()) : null,
                number("sport", choice.hasSourcePort(), choice.getSourcePort(), LARGEST_PORT),
                number("dport", choice.hasDestinationPort(), choice.getDestinationPort(), LARGEST_PORT),
                number("proto", choice.hasProtocol(), choice.getProtocol(), LARGEST_PROTOCOL),
                number("zone", choice.hasZone(), choice.getZone(), LARGEST_PORT),
                choice.getMark().getValue(),
                choice.getMark().getMask());
        return new StateFilter(
                flows, choice.hasOwner() ? Optional.of(choice.getOwner()) : Optional.empty(), ends(choice));
    }

    private static StateEnds ends(StateChoice choice) throws CommandFailure {
        return new StateEnds(
                choice.hasEnd() ? prefix("address", choice.getEnd()) : null,
                number("port", choice.hasEndPort(), choice.getEndPort(), LARGEST_PORT));
    }

    /** Whether it chooses every state. */
    boolean isAll() {
        return equals(ALL);
    }

    /** Whether one of a table that its flows are read of is chosen. */
    boolean matches(StateTable table, int i) {
        return isOwner(table.owner(i)) && ends.match(table.entry(i));
    }

    /** Whether a state with this owner is chosen. */
    boolean isOwner(String name) {
        return owner.isEmpty() || owner.get().equals(name.isEmpty() ? NOBODY : name);
    }

    private static AddressPrefix prefix(String name, StateChoice.Prefix prefix) throws CommandFailure {
        InetAddress address = address(prefix.getAddress());
        if (address == null) {
            throw usage(name + " must be an address of 4 or 16 bytes");
        }
        int bits = address.getAddress().length * Byte.SIZE;
        return new AddressPrefix(address, WholeNumber.check(name + ": the length", prefix.getLength(), 0, bits));
    }

    private static @Nullable InetAddress address(ByteString bytes) {
        try {
            return bytes.size() == IPV4_BYTES || bytes.size() == IPV6_BYTES
                    ? InetAddress.getByAddress(bytes.toByteArray())
                    : null;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    private static int number(String name, boolean is, int value, int most) throws CommandFailure {
        return is ? WholeNumber.check(name, value, 0, most) : FlowFilter.ANY;
    }
}
