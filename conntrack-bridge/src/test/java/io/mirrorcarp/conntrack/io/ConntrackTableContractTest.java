// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.StateTableContract;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the kernel itself takes and refuses: the table of the simulation is held to the same. */
class ConntrackTableContractTest extends StateTableContract {
    private Namespaces namespaces;
    private NetworkNamespace entered;
    private ConntrackTable table;

    @BeforeEach
    void open() throws Exception {
        namespaces = new Namespaces();
        entered = NetworkNamespace.enter(namespaces.add("fw"));
        KernelChecks.run();
        table = ConntrackTable.open(ConntrackSettings.of(TableParts.EVERYTHING));
    }

    @AfterEach
    void close() throws Exception {
        if (table != null) {
            table.close();
        }
        if (entered != null) {
            entered.close();
        }
        namespaces.close();
    }

    @Override
    protected StateTable table() {
        return table;
    }
}
