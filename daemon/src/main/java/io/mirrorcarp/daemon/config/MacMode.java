// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

/** Which Ethernet address answers for the addresses of a virtual host. */
public enum MacMode {
    /** 00:00:5e:00:01:VHID, which the carpdev has beside its own while the node is master. */
    VIRTUAL,
    /** The address of the carpdev itself. */
    INTERFACE
}
