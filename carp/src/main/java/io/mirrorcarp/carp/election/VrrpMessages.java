// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.auth.CarpKey;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.Protocol;
import io.mirrorcarp.carp.packet.Rejection;
import io.mirrorcarp.carp.packet.VrrpAdvertisement;
import io.mirrorcarp.carp.packet.VrrpPassword;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a virtual host says with VRRP, and which of the advertisements that it hears count. Pure; not thread-safe. */
public final class VrrpMessages {
    private final CarpSettings settings;
    private final Protocol protocol;
    private final List<InetAddress> virtualAddresses;
    private final VrrpPassword password;

    /**
     * @param settings of one that speaks VRRP
     * @param key with version 2 it is the password
     */
    public VrrpMessages(CarpSettings settings, CarpKey key, List<InetAddress> virtualAddresses) {
        this.settings = settings;
        this.protocol = settings.rules().protocol();
        this.virtualAddresses = List.copyOf(virtualAddresses);
        this.password = protocol == Protocol.VRRP2 ? key.vrrpPassword() : VrrpPassword.NONE;
    }

    /** An advertisement in a family. RFC 9568 section 5.2.9 wants the link-local address to be the first. */
    public VrrpAdvertisement make(VrrpBid bid, AddressFamily family) {
        return new VrrpAdvertisement(
                protocol,
                settings.vhid(),
                bid.priority(),
                bid.intervalCentis(),
                password.type(),
                password,
                addresses(family));
    }

    private List<InetAddress> addresses(AddressFamily family) {
        return virtualAddresses.stream()
                .filter(address -> AddressFamily.of(address) == family)
                .sorted(Comparator.comparing(address -> !address.isLinkLocalAddress()))
                .toList();
    }

    /** Why an advertisement does not count, or null. RFC 3768 section 7.1 has routers of version 2 pass over those of another interval. */
    @Nullable
    Rejection fault(VrrpAdvertisement heard) {
        if (protocol != Protocol.VRRP2) {
            return null;
        }
        if (heard.authType() != password.type() || !heard.password().equals(password)) {
            return Rejection.BAD_AUTH;
        }
        VrrpBid own = (VrrpBid) settings.rules().bid(0);
        return heard.intervalCentis() == own.intervalCentis() ? null : Rejection.BAD_INTERVAL;
    }

    /** Whether it is for other addresses than those of this node. Such a router is obeyed all the same: otherwise both would be master. */
    boolean hasOtherAddresses(VrrpAdvertisement heard, AddressFamily family) {
        Set<InetAddress> own = new HashSet<>(addresses(family));
        return !own.equals(new HashSet<>(heard.addresses()));
    }
}
