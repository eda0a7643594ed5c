// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import io.mirrorcarp.carp.packet.VirtualMac;

/** Which of the addresses a digest covers. The contexts give the same digest unless link-local addresses play a part. */
public enum DigestContext {
    /** All addresses: FreeBSD, DragonFly; OpenBSD accepts it. OpenBSD's name for it is HMAC_ORIG. */
    ORIGINAL {
        @Override
        AddressSet select(AddressSet addresses, int vhid) {
            return addresses;
        }
    },
    /** All but the IPv6 link-local ones: what OpenBSD sends. Its name for it is HMAC_NOV6LL. */
    NO_LINK_LOCAL {
        @Override
        AddressSet select(AddressSet addresses, int vhid) {
            return addresses.withoutLinkLocal();
        }
    },
    /**
     * All addresses and the link-local address that OpenBSD gives its carp interface by itself: what OpenBSD takes for
     * all of them, and what a FreeBSD peer sends that was configured to agree with it.
     */
    AUTOMATIC_LINK_LOCAL {
        @Override
        AddressSet select(AddressSet addresses, int vhid) {
            return addresses.with(VirtualMac.linkLocal(vhid));
        }
    };

    abstract AddressSet select(AddressSet addresses, int vhid);
}
