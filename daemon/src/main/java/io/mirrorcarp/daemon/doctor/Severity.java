// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor;

import java.util.Locale;

/** How much a diagnosis matters. */
public enum Severity {
    /** Something does not work now, or a failover would lose connections. */
    ERROR,
    /** Something will not work in a case that may come. */
    WARNING;

    /** As the JSON spells it: in lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
