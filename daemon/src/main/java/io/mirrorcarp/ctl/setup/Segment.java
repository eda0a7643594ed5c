// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import io.mirrorcarp.address.AddressPrefix;
import java.util.List;

/**
 * A network in which the pair has virtual addresses.
 *
 * @param name of the virtual host: wan, lan, or lan2 and so on
 * @param carpdev the interface in it
 * @param addresses virtual ones, at least one
 * @param outside whether connections are opened to it rather than from it
 */
public record Segment(String name, String carpdev, List<AddressPrefix> addresses, boolean outside) {
    public Segment {
        addresses = List.copyOf(addresses);
    }
}
