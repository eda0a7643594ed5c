// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

/** Whether packets wait for a state that another node is telling of. */
public enum HoldMode {
    /** No packet waits. */
    OFF,
    /** Packets wait while both directions of a connection may pass different nodes. */
    AUTO
}
