// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.Envelope;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What an advertisement socket is to hear.
 *
 * @param families those of the advertisements
 * @param groups the multicast groups to join; of those families
 */
public record Listening(Set<AddressFamily> families, Set<InetAddress> groups) {
    public Listening {
        families = Set.copyOf(families);
        groups = Set.copyOf(groups);
    }

    /** CARP's own groups. */
    public static Listening to(Set<AddressFamily> families) {
        Set<InetAddress> groups = new LinkedHashSet<>();
        families.forEach(family -> groups.add(Envelope.group(family)));
        return new Listening(families, groups);
    }
}
