// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.util.HexFormat;

/**
 * The [node] table.
 *
 * @param name how this node calls itself to its peers and in {@code carpctl status}; the host name unless the file says otherwise
 * @param hostId pf's creator id: 32 bits, never 0, different on every node of a cluster
 * @param stateDir the absolute path of the directory for what must outlast a restart
 */
public record NodeConfiguration(String name, int hostId, String stateDir) {
    public static final String DEFAULT_STATE_DIR = "/var/lib/carpd";

    /** The host id as 8 hexadecimal digits. */
    public String hostIdText() {
        return HexFormat.of().toHexDigits(hostId);
    }
}
