// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.net.InetAddress;
import java.time.Duration;

/**
 * A [route.NAME]: an address that is on {@code lo} while the node may be sent traffic for it, for a routing daemon to announce.
 *
 * @param address a single one
 * @param when when it is there
 * @param group of {@link When#MASTER}: the group of virtual hosts that this node must be master of; empty for all virtual hosts
 * @param drain how long a planned stop waits after it has taken the address away
 */
public record AnnouncedAddress(String name, InetAddress address, When when, String group, Duration drain) {
    /** When an address is there. */
    public enum When {
        /**
         * While nothing demotes the node: it has the states of its peers, its links are up, and nobody asked it to stay aside. And while it is master of all virtual hosts, whatever
         * demotes it: there is no better one.
         */
        READY,
        /** While the node is master. */
        MASTER
    }

    /** {@code ready}, {@code master} or {@code master:GROUP}, as the file spells it. */
    public String whenText() {
        String text = when == When.READY ? "ready" : "master";
        return group.isEmpty() ? text : text + ":" + group;
    }
}
