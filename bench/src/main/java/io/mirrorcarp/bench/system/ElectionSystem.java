// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.report.Role;

/** The systems that elect a master, in the order of the tables. */
public enum ElectionSystem {
    /** Debian's keepalived with VRRPv3, the addresses on the device itself. */
    KEEPALIVED("keepalived", Role.PEER) {
        @Override
        public Elector on(Bed bed, boolean fast) {
            return new KeepalivedElection(bed, seconds(fast), false);
        }
    },
    /** The same with the virtual MAC of VRRP. */
    KEEPALIVED_VMAC("keepalived use_vmac", Role.PEER) {
        @Override
        public Elector on(Bed bed, boolean fast) {
            return new KeepalivedElection(bed, seconds(fast), true);
        }
    },
    /** Debian's ucarp, whose interval is a second at least. */
    UCARP("ucarp, 1 s", Role.REMARK) {
        @Override
        public Elector on(Bed bed, boolean fast) {
            return new UcarpElection(bed);
        }
    },
    /** Ours. */
    CARPD("carpd", Role.OURS) {
        @Override
        public Elector on(Bed bed, boolean fast) {
            return new CarpdElection(bed, fast);
        }
    };

    private final String label;
    private final Role role;

    ElectionSystem(String label, Role role) {
        this.label = label;
        this.role = role;
    }

    /** Its name in tables. */
    public String label() {
        return label;
    }

    /** Ours, a peer, or a remark. */
    public Role role() {
        return role;
    }

    /**
     * Its two ends on a network, not started.
     *
     * @param fast whether at an interval of about 20 ms, where it can, or of a second
     */
    public abstract Elector on(Bed bed, boolean fast);

    /** Ours at an interval of about 20 ms, with more virtual hosts on lan0 than the two of the network. */
    public static Elector ours(Bed bed, ManyAddresses addresses) {
        return CarpdElection.of(bed, addresses);
    }

    private static double seconds(boolean fast) {
        return fast ? 0.02 : 1;
    }
}
