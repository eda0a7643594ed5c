// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

/** How long a backup waits for a silent master before it takes over. */
public enum DownTimer {
    /** 3 * advbase + advskew / 256 seconds. */
    FREEBSD,
    /** 3 * (advbase + advskew / 256) seconds. */
    OPENBSD
}
