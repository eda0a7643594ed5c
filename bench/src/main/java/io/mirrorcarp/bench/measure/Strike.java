// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.system.Elector;

/** How the master goes, and how it comes back. */
enum Strike {
    STOP("stop") {
        @Override
        void strike(Bed bed, Elector elector) {
            elector.terminatePreferred();
        }

        @Override
        void awaitDone(Elector elector) {
            elector.awaitPreferredEnd();
        }

        @Override
        void repair(Bed bed, Elector elector) {
            elector.launchPreferred();
        }
    },
    LINK("link loss") {
        @Override
        void strike(Bed bed, Elector elector) {
            bed.topology().lan().cutCable(bed.sender());
        }

        @Override
        void repair(Bed bed, Elector elector) {
            bed.topology().lan().restoreCable(bed.sender());
        }
    },
    /** The sync link is a cable: fw-b's end loses its carrier with the power of fw-a. */
    POWER("power loss") {
        @Override
        void strike(Bed bed, Elector elector) {
            bed.sender().nft(DEAD);
            bed.topology().sync().cutCable(bed.receiver());
            bed.topology().routerA().powerOff();
        }

        @Override
        void repair(Bed bed, Elector elector) {
            bed.topology().sync().restoreCable(bed.receiver());
            powerOn(bed, elector);
        }
    },
    /** There is a switch between the sync devices: fw-b notices nothing but silence. */
    POWER_SWITCHED("power loss, sync by a switch") {
        @Override
        void strike(Bed bed, Elector elector) {
            bed.sender().nft(DEAD);
            bed.topology().routerA().powerOff();
        }

        @Override
        void repair(Bed bed, Elector elector) {
            powerOn(bed, elector);
        }
    };

    /** One transaction of the kernel: all cables are dead at the same instant, and no process can say a last word. */
    private static final String DEAD = """
            table netdev dead {
              chain in {
                type filter hook ingress devices = { lan0, wan0, sync0 } priority -500; policy drop;
              }
              chain out {
                type filter hook egress devices = { lan0, wan0, sync0 } priority -500; policy drop;
              }
            }
            """;

    private final String label;

    Strike(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    private static void powerOn(Bed bed, Elector elector) {
        bed.topology().routerA().powerOn();
        Bed.allowPeers(bed.topology().routerA());
        elector.launchPreferred();
    }

    /** Takes fw-a down; returns at once. */
    abstract void strike(Bed bed, Elector elector);

    /** Waits until all that follows at fw-a has happened. */
    void awaitDone(Elector elector) {}

    /** Brings it back. */
    abstract void repair(Bed bed, Elector elector);
}
