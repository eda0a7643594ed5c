// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import java.util.ArrayList;
import java.util.List;

/**
 * Addresses of the LAN, dealt out over virtual hosts on lan0, beside the two virtual hosts with one address each that every carpd of the bench has.
 *
 * @param hosts virtual hosts, 1 to 200; their vhids begin at 3
 * @param addresses at least one for each host, at most 130
 */
public record ManyAddresses(int hosts, int addresses) {
    private static final int FIRST_VHID = 3;
    /** Behind the client's. */
    private static final int FIRST_ADDRESS = 120;

    /** The tables of the configuration. */
    String toml(int advskew) {
        StringBuilder toml = new StringBuilder();
        for (int host = 0; host < hosts; host++) {
            List<String> own = new ArrayList<>();
            for (int address = host; address < addresses; address += hosts) {
                own.add("\"10.0.0." + (FIRST_ADDRESS + address) + "/24\"");
            }
            toml.append("""

                    [carp.many%d]
                    vhid     = %d
                    carpdev  = "lan0"
                    advskew  = %d
                    passFile = "carp.key"
                    address  = [%s]
                    """.formatted(host, FIRST_VHID + host, advskew, String.join(", ", own)));
        }
        return toml.toString();
    }
}
