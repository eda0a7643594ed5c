// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

/** Why replication demotes the node. */
public enum DemotionCause {
    /** The table may be incomplete: no bulk update was completed since the start or since a peer was lost. */
    BULK,
    /** The sync device is down. */
    LINK
}
