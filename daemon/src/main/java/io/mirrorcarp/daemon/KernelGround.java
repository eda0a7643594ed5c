// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.carp.io.LinuxCarpNetwork;
import io.mirrorcarp.conntrack.io.ConntrackSettings;
import io.mirrorcarp.conntrack.io.ConntrackTable;
import io.mirrorcarp.conntrack.io.KernelChecks;
import io.mirrorcarp.pfsync.io.LinuxSyncNetwork;
import io.mirrorcarp.pfsync.io.SyncNetwork;
import java.io.IOException;
import java.nio.file.Path;

/** The kernel's network and table, in the network namespace of this process. */
final class KernelGround implements Ground {
    @Override
    public CarpNetwork carpNetwork(Path restoreFile) {
        return new LinuxCarpNetwork(restoreFile);
    }

    @Override
    public SyncNetwork syncNetwork() {
        return new LinuxSyncNetwork();
    }

    @Override
    public KernelChecks.Report check() {
        return KernelChecks.run();
    }

    @Override
    public Table openTable(ConntrackSettings settings) throws IOException {
        ConntrackTable table = ConntrackTable.open(settings);
        return new Table(
                table,
                table.counters()::values,
                table::uncarried,
                table::offloaded,
                table::setAsymmetric,
                table::hiddenLiberal,
                chosen -> table.choose(chosen.told(), chosen.taken()));
    }
}
