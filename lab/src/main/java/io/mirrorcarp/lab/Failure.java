// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Topology;
import java.time.Duration;

/** How the master is taken down. */
enum Failure {
    POWER("loses power: SIGKILL, and all its links go down", Duration.ofSeconds(4)) {
        @Override
        void strike(Topology topology, Firewall master) {
            master.powerLoss();
        }

        @Override
        void repair(Topology topology, Firewall master) {
            master.powerOn();
            master.start();
        }
    },
    STOP("is stopped with SIGTERM", Duration.ofMillis(300)) {
        @Override
        void strike(Topology topology, Firewall master) {
            master.terminate();
        }

        @Override
        void repair(Topology topology, Firewall master) {
            master.start();
        }
    },
    LINK("loses its cable to the LAN", Duration.ofSeconds(4)) {
        @Override
        void strike(Topology topology, Firewall master) {
            topology.lan().cutCable(master.host());
        }

        @Override
        void repair(Topology topology, Firewall master) {
            topology.lan().restoreCable(master.host());
        }
    };

    private final String words;
    private final Duration gapLimit;

    Failure(String words, Duration gapLimit) {
        this.words = words;
        this.gapLimit = gapLimit;
    }

    /** What happens to the master, as the end of a sentence. */
    String words() {
        return words;
    }

    /** The longest time that a connection may stand still. */
    Duration gapLimit() {
        return gapLimit;
    }

    /** Takes the master down; returns at once. */
    abstract void strike(Topology topology, Firewall master);

    /** Brings it back. */
    abstract void repair(Topology topology, Firewall master);
}
