// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

/** What carries the frames of the state channel. */
public enum Transport {
    /** IP protocol 240, as pfsync's. */
    IP,
    /** UDP, port 7240. */
    UDP
}
