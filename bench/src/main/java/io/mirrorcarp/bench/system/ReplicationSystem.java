// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.report.Role;

/** The systems that replicate connection tracking, in the order of the tables. */
public enum ReplicationSystem {
    /** Debian's conntrackd in its reliable mode, writing what it receives into the kernel at once. */
    FTFW("conntrackd FT-FW", Role.PEER) {
        @Override
        public Replicator on(Bed bed) {
            return new ConntrackdPair(bed, ConntrackdMode.FTFW);
        }
    },
    /** Debian's conntrackd without caches and without acknowledgements. */
    NOTRACK("conntrackd NOTRACK", Role.PEER) {
        @Override
        public Replicator on(Bed bed) {
            return new ConntrackdPair(bed, ConntrackdMode.NOTRACK);
        }
    },
    /** Ours. */
    CARPD("carpd", Role.OURS) {
        @Override
        public Replicator on(Bed bed) {
            return new CarpdPair(bed);
        }
    };

    private final String label;
    private final Role role;

    ReplicationSystem(String label, Role role) {
        this.label = label;
        this.role = role;
    }

    /** Its name in tables. */
    public String label() {
        return label;
    }

    /** Ours or a peer. */
    public Role role() {
        return role;
    }

    /** Whether a peer that comes later gets what it missed; else a table is the same at both ends only from the start. */
    public boolean transfersAll() {
        return this != NOTRACK;
    }

    /** Its two ends on a network, not started. */
    public abstract Replicator on(Bed bed);
}
