// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import io.mirrorcarp.address.AddressPrefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One [carp.NAME] table.
 *
 * @param name the NAME of the table
 * @param vhid 1 to 255, unique on its carpdev; with balancing the lowest of the carpnodes
 * @param carpdev the interface that carries the advertisements and the addresses
 * @param advbase seconds between advertisements, 0 to 255; 0 only with an advskew of at least 1
 * @param advskew 256ths of a second added to advbase, 0 to 254: the lower, the more preferred; with balancing that of the lowest of the carpnodes
 * @param balancing what shares the packets out among the nodes; empty where one master gets all of them
 * @param downTimer how long a backup waits for a silent master
 * @param vrrp what VRRP has in the place of advbase, advskew and downTimer, which have no meaning then; empty with CARP
 * @param passphrase the key of the HMAC; with VRRP 2 a password in clear
 * @param nextPassphrase accepted as well, while the nodes change from one to the other
 * @param addresses the virtual addresses with the lengths of their prefixes; at least one
 * @param attachment how it is attached to the segment of the carpdev
 * @param group virtual hosts that fail over together
 * @param auth what an advertisement must prove
 */
public record VirtualHostConfiguration(
        String name,
        int vhid,
        String carpdev,
        int advbase,
        int advskew,
        Optional<BalancingConfiguration> balancing,
        DownTimer downTimer,
        Optional<VrrpConfiguration> vrrp,
        Passphrase passphrase,
        Optional<Passphrase> nextPassphrase,
        List<AddressPrefix> addresses,
        AttachmentConfiguration attachment,
        Optional<String> group,
        AuthMode auth) {
    public VirtualHostConfiguration {
        addresses = List.copyOf(addresses);
    }

    /** Its vhids, each with its advskew: one, or with balancing the carpnodes. */
    public SortedMap<Integer, Integer> vhids() {
        return balancing.map(BalancingConfiguration::carpnodes).orElseGet(() -> new TreeMap<>(Map.of(vhid, advskew)));
    }
}
