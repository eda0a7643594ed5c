// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import java.util.Set;

/** The groups that virtual hosts are in, which other tables name. */
final class KnownGroups {
    private final Set<String> groups;

    KnownGroups(Set<String> groups) {
        this.groups = groups;
    }

    /** Reports a group that no virtual host is in. */
    void check(TableReader table, String key, String group) {
        if (!groups.contains(group)) {
            String right =
                    groups.isEmpty() ? "name it in a [carp.NAME] table too" : TableReader.suggestion(group, groups);
            table.fault(key, "no virtual host is in the group \"" + group + "\": " + right);
        }
    }
}
