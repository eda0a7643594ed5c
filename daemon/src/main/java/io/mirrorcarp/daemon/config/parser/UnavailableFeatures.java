// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.Configuration;

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
        asked.pfsync().ifPresent(pfsync -> refuse(pfsync.defer(), "defer", "set it to false", "pfsync", "defer"));
    }

    private void refuse(boolean asked, String feature, String instead, Object... path) {
        if (asked) {
            findings.fault(positions.at(path), feature + " is not there yet; remove the key or " + instead);
        }
    }
}
