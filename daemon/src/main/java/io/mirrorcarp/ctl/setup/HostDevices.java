// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import io.mirrorcarp.address.AddressPrefix;
import java.io.IOException;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The interfaces of this network namespace.
 *
 * @param devices all but the loopback, sorted by name
 * @param defaultRoute the one that the IPv4 default route leaves by; empty without one
 */
public record HostDevices(List<Device> devices, Optional<String> defaultRoute) {
    public HostDevices {
        devices = List.copyOf(devices);
    }

    /**
     * An interface.
     *
     * @param addresses its own, with their prefixes; link-local ones left out
     */
    public record Device(String name, List<AddressPrefix> addresses) {
        public Device {
            addresses = List.copyOf(addresses);
        }

        /** True when one of its addresses has the other in its network. */
        public boolean reaches(AddressPrefix other) {
            return addresses.stream().anyMatch(own -> own.contains(other.address()));
        }
    }

    /** Looks at the machine. */
    public static HostDevices find() {
        List<Device> devices = new ArrayList<>();
        try {
            NetworkInterface.networkInterfaces()
                    .filter(device -> !device.getName().equals("lo"))
                    .forEach(device -> devices.add(new Device(device.getName(), addresses(device))));
        } catch (SocketException expected) {
            // Thrown when there is no interface at all.
        }
        devices.sort(Comparator.comparing(Device::name));
        return new HostDevices(devices, defaultRouteDevice());
    }

    private static List<AddressPrefix> addresses(NetworkInterface device) {
        List<AddressPrefix> addresses = new ArrayList<>();
        for (InterfaceAddress address : device.getInterfaceAddresses()) {
            if (!address.getAddress().isLinkLocalAddress()) {
                addresses.add(new AddressPrefix(address.getAddress(), address.getNetworkPrefixLength()));
            }
        }
        return addresses;
    }

    /** From /proc/net/route: the line whose destination and mask are zero. */
    private static Optional<String> defaultRouteDevice() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/net/route"))) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields.length > 7 && fields[1].equals("00000000") && fields[7].equals("00000000")) {
                    return Optional.of(fields[0]);
                }
            }
        } catch (IOException expected) {
            // No IPv4, no route.
        }
        return Optional.empty();
    }

    public Optional<Device> named(String name) {
        return devices.stream().filter(device -> device.name().equals(name)).findFirst();
    }

    /** The names, for a message. */
    public List<String> names() {
        return devices.stream().map(Device::name).toList();
    }
}
