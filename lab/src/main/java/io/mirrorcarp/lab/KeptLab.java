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
        return "\nThe lab " + lab.id() + " stays up. " + look(lab) + "Remove it with\n  " + carpctl() + " lab down "
                + lab.id() + "\n";
    }

    /** What there is to try in a lab that stands. */
    static String look(Lab lab) {
        return """
                Look around with
                  %2$s --socket %3$s/fw-a/admin.sock status
                  ip netns exec mc-%1$s-client ping %4$s
                  ip netns exec mc-%1$s-fw-b bash
                Take the master down, and bring it back, with
                  %2$s lab fail %1$s
                  %2$s lab fail %1$s --repair
                """.formatted(lab.id(), carpctl(), lab.directory(), Topology.SERVER);
    }

    /** As it can be typed here, whatever the PATH is. */
    static Path carpctl() {
        return Checkout.home().resolve("bin/carpctl");
    }
}
