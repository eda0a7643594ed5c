// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabProcess;

/** An election by a program of Debian's, which has no control socket: what it does shows in the kernels' addresses. */
abstract class PackagedElection implements Elector {
    final LabHost preferred;
    final LabHost other;

    PackagedElection(Bed bed) {
        preferred = bed.sender();
        other = bed.receiver();
    }

    @Override
    public final void awaitPreferred() {
        Addresses.awaitOn(preferred);
    }

    @Override
    public final void awaitRoles() {
        Addresses.awaitOn(preferred, other);
    }

    @Override
    public final void terminatePreferred() {
        preferred.processes().forEach(LabProcess::terminate);
    }

    @Override
    public final void awaitPreferredEnd() {
        Addresses.awaitEnd(preferred);
    }
}
