// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Lab;
import java.nio.file.Path;

/** Tells how to look around in a lab that stands, and how to remove it. */
final class KeptLab {
    private KeptLab() {}

    static String words(Lab lab) {
        Path carpctl = Checkout.home().resolve("bin/carpctl");
        return """

                The lab %1$s stays up. Look around with
                  %2$s --socket %3$s/fw-a/admin.sock status
                  ip netns exec mc-%1$s-client ping %4$s
                  ip netns exec mc-%1$s-fw-b bash
                and remove it with
                  %2$s lab down %1$s
                """.formatted(lab.id(), carpctl, lab.directory(), Topology.SERVER);
    }
}
