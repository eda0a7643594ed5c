// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

/** How the frames to a balanced address reach every node: the words of OpenBSD's {@code ifconfig carp0 balancing}. */
public enum BalancingMode {
    /** A group MAC, which a switch floods. */
    IP,
    /** The virtual MAC, which is never the source of a frame, so that no switch learns where it is, and floods. */
    IP_STEALTH,
    /** The virtual MAC, used as always: a hub, or the administrator, brings the frames to all nodes. */
    IP_UNICAST
}
