// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

/** How a node tells the others that it is demoted. */
public enum DemotionMode {
    /** In the demote byte and as a higher advskew: every system understands one of them. */
    BOTH,
    /** In OpenBSD's demote byte alone. */
    BYTE,
    /** As a higher advskew alone, as FreeBSD does. */
    SKEW
}
