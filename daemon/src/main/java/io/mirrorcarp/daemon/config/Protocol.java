// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

/** By which protocol the nodes of a virtual host elect their master. */
public enum Protocol {
    CARP,
    /** VRRP version 3, RFC 9568. */
    VRRP3,
    /** VRRP version 2, RFC 3768: IPv4 only. */
    VRRP2
}
