// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.io.AddressPlan;
import io.mirrorcarp.carp.io.TakeOutcome;
import io.mirrorcarp.carp.io.VirtualAddresses;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes that wait for the same turn of the thread that carries them out, so that they go in one go: of a master that stops, its peers take all virtual hosts at
 * once. Asked by one thread, carried out by another.
 */
final class Takes {
    private static final int NOT_JOINED = -1;

    private final List<AddressPlan> plans = new ArrayList<>();
    private boolean begun;

    /**
     * Joins them.
     *
     * @return the place of the outcome in the answer of {@link #carryOut}; negative where it has begun, or has a take of the same virtual host
     */
    synchronized int join(AddressPlan plan) {
        if (begun) {
            return NOT_JOINED;
        }
        for (AddressPlan other : plans) {
            if (other.vhid() == plan.vhid() && other.carpdev().equals(plan.carpdev())) {
                return NOT_JOINED;
            }
        }
        plans.add(plan);
        return plans.size() - 1;
    }

    /** Begins and ends them; none joins any more. */
    List<TakeOutcome> carryOut(VirtualAddresses addresses) {
        synchronized (this) {
            begun = true;
        }
        return addresses.takeAll(plans);
    }
}
