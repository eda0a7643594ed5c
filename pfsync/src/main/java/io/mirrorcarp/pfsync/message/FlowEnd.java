// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

/** How a flow ended in the local kernel. */
public enum FlowEnd {
    /** Its timer ran out. */
    EXPIRED,
    /** The kernel ended it because its packets did: the first one was answered with a reset, or the tuple is used anew. */
    CLOSED,
    /** A program deleted it, alone or with others. */
    DELETED,
    /** The kernel gave it up: for want of room, or since its address went away. */
    EVICTED
}
