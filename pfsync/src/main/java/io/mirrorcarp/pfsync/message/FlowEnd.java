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
    /** A program deleted it, on a backup: packets of it may pass by the master and make no event here, so it has not ended. */
    DELETED_ON_BACKUP,
    /** The kernel gave it up: for want of room, or since its address went away. */
    EVICTED
}
