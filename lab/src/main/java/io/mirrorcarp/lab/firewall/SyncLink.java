// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

/** What connects the sync devices of the pair. */
public enum SyncLink {
    /** A cable of its own: a firewall that loses power takes the other one's carrier along. */
    CABLE,
    /** A switch, which goes on to give each its carrier. */
    SWITCH
}
