// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.StateTableContract;

/** The table of the simulation takes and refuses what the kernel's takes and refuses. */
class SimulatedKernelTest extends StateTableContract {
    private final SimulatedKernel kernel = new SimulatedKernel(new World(1), "fw");

    @Override
    protected StateTable table() {
        return kernel;
    }
}
