// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

/** How a flow ended in the local kernel. */
public enum FlowEnd {
    /** Its timer ran out. */
    EXPIRED,
    /** A program deleted it, alone or with others. */
    DELETED,
    /** The kernel gave it up: for want of room, since its address went away, or since its first packet was answered with a reset. */
    EVICTED
}
