// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import io.mirrorcarp.pfsync.message.StateRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * Flows that somebody else asks replication about. Who asks fills it, replication answers on its loop, and who asked reads it then: never both at
 * once. It is used again for the next flows, and is as large as the largest inquiry was.
 */
public final class FlowInquiry {
    /** The owner of a flow that is not replicated. */
    public static final String NOBODY = "";

    private final List<StateRecord> states = new ArrayList<>();
    private String[] owners = new String[0];
    private int count;

    /** Empties it. */
    public void clear() {
        count = 0;
    }

    /** The record of the next flow, to be filled. */
    public StateRecord add() {
        if (count == states.size()) {
            states.add(new StateRecord());
        }
        count++;
        return states.get(count - 1);
    }

    /** How many flows there are. */
    public int count() {
        return count;
    }

    /** One of them, from 0. */
    public StateRecord state(int i) {
        return states.get(i);
    }

    /** The name of the node that owns a flow, or {@link #NOBODY}; after {@link PfsyncVerticle#nameOwners}. */
    public String owner(int i) {
        return owners[i];
    }

    void setOwner(int i, String owner) {
        if (owners.length < count) {
            owners = new String[count];
        }
        owners[i] = owner;
    }
}
