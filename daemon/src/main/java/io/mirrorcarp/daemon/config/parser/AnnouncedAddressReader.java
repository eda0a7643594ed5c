// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.config.AnnouncedAddress;
import io.mirrorcarp.daemon.config.AnnouncedAddress.When;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads the [route.NAME] tables. */
final class AnnouncedAddressReader {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(2);
    private static final String EXAMPLE = "198.51.100.7/32";
    private static final String MASTER_OF = "master:";

    private final AddressReader addresses;
    private final Surroundings surroundings;
    private final KnownGroups groups;
    private final Set<InetAddress> taken;

    /**
     * @param virtual the virtual addresses
     */
    AnnouncedAddressReader(
            AddressReader addresses, Surroundings surroundings, KnownGroups groups, Set<InetAddress> virtual) {
        this.addresses = addresses;
        this.surroundings = surroundings;
        this.groups = groups;
        taken = new HashSet<>(virtual);
    }

    List<AnnouncedAddress> read(TableReader route) {
        List<AnnouncedAddress> announced = new ArrayList<>();
        for (String name : route.keysInOrder()) {
            TableReader table = route.table(name, "[route." + name + "]");
            if (table.isPresent()) {
                Optional<InetAddress> address = address(table);
                String when = table.text("when", "ready");
                Duration drain = table.duration("drain", Duration.ZERO, MINUTE, DEFAULT_DRAIN);
                String group = group(table, when);
                table.finish();
                address.ifPresent(is -> announced.add(
                        new AnnouncedAddress(name, is, when.equals("ready") ? When.READY : When.MASTER, group, drain)));
            }
        }
        return announced;
    }

    private Optional<InetAddress> address(TableReader table) {
        String text = table.requiredText("address", EXAMPLE);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<AddressPrefix> prefix = addresses.virtualAddress(new TableReader.Item(text, table.at("address")));
        if (prefix.isEmpty()) {
            return Optional.empty();
        }
        InetAddress address = prefix.get().address();
        String shown = AddressText.format(address);
        if (prefix.get().length() != address.getAddress().length * 8) {
            table.fault("address", "address must be a single one, such as \"" + EXAMPLE + "\"");
        } else if (!taken.add(address)) {
            table.fault("address", shown + " is a virtual address, or in another [route.NAME]: give each address once");
        } else {
            surroundings
                    .configuredOn(address)
                    .ifPresent(device -> table.fault(
                            "address",
                            shown + " is configured on " + device + " of this host by hand: remove it there, so that"
                                    + " it can be taken away"));
        }
        return Optional.of(address);
    }

    private String group(TableReader table, String when) {
        if (when.equals("ready") || when.equals("master")) {
            return "";
        }
        String group = when.startsWith(MASTER_OF) ? when.substring(MASTER_OF.length()) : "";
        if (group.isEmpty()) {
            table.fault("when", "when must be \"ready\", \"master\" or \"master:GROUP\", not \"" + when + "\"");
        } else {
            groups.check(table, "when", group);
        }
        return group;
    }
}
