// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.AuthMode;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;

/**
 * Refuses what the file can ask for and the daemon cannot do. Turning such a feature off is accepted. A feature that comes deletes
 * its line here, and nothing else.
 */
final class UnavailableFeatures {
    private final KeyPositions positions;
    private final Findings findings;

    UnavailableFeatures(KeyPositions positions, Findings findings) {
        this.positions = positions;
        this.findings = findings;
    }

    void refuse(Configuration asked) {
        asked.virtualHosts().forEach(this::refuse);
        asked.pfsync().ifPresent(pfsync -> refuse(pfsync.defer(), "defer", "set it to false", "pfsync", "defer"));
    }

    private void refuse(VirtualHostConfiguration host) {
        String name = host.name();
        refuse(host.auth() == AuthMode.STRICT, "auth = \"strict\"", "set it to \"compatible\"", "carp", name, "auth");
    }

    private void refuse(boolean asked, String feature, String instead, Object... path) {
        if (asked) {
            findings.fault(positions.at(path), feature + " is not there yet; remove the key or " + instead);
        }
    }
}
