// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.io.IOException;

/** Where in the kernel the addresses of a virtual host are put. */
interface AddressPlace {

    /** See {@link VirtualAddresses#rehearse}. */
    void rehearse(Rtnetlink route, Link carpdev, AddressPlan plan) throws IOException;

    /** Puts them there, those that are not. Where it fails, nothing that it added is left. */
    HeldAddresses put(Rtnetlink route, Link carpdev, AddressPlan plan) throws IOException;

    /**
     * Takes away what {@link #put} added, all of it that is still there.
     *
     * @param ifindex where it was put
     */
    void remove(Rtnetlink route, int ifindex, AddressPlan plan) throws IOException;

    /** Takes away what an earlier process left. */
    void recover(Rtnetlink route) throws IOException;
}
