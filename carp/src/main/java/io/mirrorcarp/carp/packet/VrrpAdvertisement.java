// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One VRRP advertisement in host values. {@link VrrpHeader} gives the layout on the wire.
 *
 * @param protocol {@link Protocol#VRRP2} or {@link Protocol#VRRP3}
 * @param vhid the virtual router id, 0 to 255 as parsed; 1 to 255 are valid
 * @param priority 0 to 255; 0 as a master leaves, 255 for the owner of the addresses
 * @param intervalCentis the time between advertisements in 1/100 s, 0 to 4095; with version 2 whole seconds, up to 25500
 * @param authType with version 2: 0 for none, 1 for a password in clear; 0 with version 3
 * @param password that of type 1
 * @param addresses the virtual addresses, of the family in which it is sent
 */
public record VrrpAdvertisement(
        Protocol protocol,
        int vhid,
        int priority,
        int intervalCentis,
        int authType,
        VrrpPassword password,
        List<InetAddress> addresses)
        implements Advertisement {
    public VrrpAdvertisement {
        addresses = List.copyOf(addresses);
    }

    @Override
    public boolean isBowOut() {
        return priority == 0;
    }

    @Override
    public String dump() {
        return "vrid=" + vhid + " prio=" + priority + " intvl=" + intervalCentis + "cs"
                + (authType == VrrpPassword.NO_AUTHENTICATION ? "" : " authtype=" + authType) + " addrs="
                + addresses.stream().map(InetAddress::getHostAddress).collect(Collectors.joining(","));
    }

    @Override
    public String protocolName() {
        return "VRRPv" + protocol.version();
    }
}
