// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.config.parser.TableReader.Item;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** Turns texts of the file into addresses, or into faults. */
final class AddressReader {
    private static final Pattern LENGTH = Pattern.compile("\\d{1,3}");

    private final Findings findings;

    AddressReader(Findings findings) {
        this.findings = findings;
    }

    /** The address of a host, such as a peer. */
    Optional<InetAddress> host(Item item) {
        Optional<InetAddress> address = AddressText.parse(item.text());
        if (address.isEmpty()) {
            String hint = item.text().contains("/") ? "; leave the prefix length out" : ", such as 192.0.2.2";
            findings.fault(item.location(), shown(item) + " is not an IP address" + hint);
        } else if (!isUsable(address.get())) {
            findings.fault(item.location(), shown(item) + " cannot be the address of a host");
            return Optional.empty();
        }
        return address;
    }

    /** Where advertisements go: a host, or a multicast group. */
    Optional<InetAddress> peer(Item item) {
        Optional<InetAddress> group = AddressText.parse(item.text()).filter(InetAddress::isMulticastAddress);
        return group.isPresent() ? group : host(item);
    }

    /** A virtual address with the length of its prefix. */
    Optional<AddressPrefix> virtualAddress(Item item) {
        Optional<AddressPrefix> prefix = prefix(item, "24");
        Optional<String> problem = prefix.flatMap(AddressPrefix::virtualAddressProblem);
        problem.ifPresent(reason -> findings.fault(item.location(), shown(item) + " " + reason));
        return problem.isPresent() ? Optional.empty() : prefix;
    }

    /** A network: every bit after the prefix is zero. */
    Optional<AddressPrefix> network(Item item) {
        Optional<AddressPrefix> prefix = prefix(item, "32");
        if (prefix.isPresent() && !prefix.get().hostBitsAre(0)) {
            int whole = prefix.get().address().getAddress().length * 8;
            findings.fault(
                    item.location(),
                    shown(item) + " has bits after its prefix: write the address of the network, or /" + whole
                            + " for this host alone");
            return Optional.empty();
        }
        return prefix;
    }

    private Optional<AddressPrefix> prefix(Item item, String exampleLength) {
        int slash = item.text().indexOf('/');
        String host = slash < 0 ? item.text() : item.text().substring(0, slash);
        Optional<InetAddress> address = AddressText.parse(host);
        if (address.isEmpty()) {
            findings.fault(
                    item.location(),
                    shown(item) + " is not an IP address with a prefix length, such as 203.0.113.1/24");
            return Optional.empty();
        }
        int maximum = address.get().getAddress().length * 8;
        if (slash < 0) {
            String example = maximum == 32 ? exampleLength : exampleLength.equals("32") ? "128" : "64";
            findings.fault(
                    item.location(),
                    shown(item) + " lacks the length of its prefix: write \"" + host + "/" + example
                            + "\" or what your network has");
            return Optional.empty();
        }
        String length = item.text().substring(slash + 1);
        if (!LENGTH.matcher(length).matches() || Integer.parseInt(length) > maximum) {
            findings.fault(item.location(), shown(item) + ": the length of the prefix must be 0 to " + maximum);
            return Optional.empty();
        }
        return Optional.of(new AddressPrefix(address.get(), Integer.parseInt(length)));
    }

    private static boolean isUsable(InetAddress address) {
        return new AddressPrefix(address, address.getAddress().length * 8).isHost();
    }

    private static String shown(Item item) {
        return "\"" + item.text() + "\"";
    }
}
