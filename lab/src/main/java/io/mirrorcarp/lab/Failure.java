// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Topology;
import java.time.Duration;

/** How the master is taken down. */
enum Failure {
    POWER(
            "loses power: SIGKILL, and all its links go down",
            "has power again, with an empty table",
            Duration.ofSeconds(4)) {
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
    STOP("is stopped with SIGTERM", "is started again", Duration.ofMillis(300)) {
        @Override
        void strike(Topology topology, Firewall master) {
            master.terminate();
        }

        @Override
        void repair(Topology topology, Firewall master) {
            // The process ends a moment after it has let the addresses go.
            master.stop();
            master.start();
        }
    },
    MAINTENANCE("is put into maintenance", "leaves maintenance", Duration.ofMillis(300)) {
        @Override
        void strike(Topology topology, Firewall master) {
            maintenance(master, "on");
        }

        @Override
        void repair(Topology topology, Firewall master) {
            maintenance(master, "off");
        }
    },
    LINK("loses its cable to the LAN", "has its cable to the LAN again", Duration.ofSeconds(4)) {
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
    private final String repairWords;
    private final Duration gapLimit;

    Failure(String words, String repairWords, Duration gapLimit) {
        this.words = words;
        this.repairWords = repairWords;
        this.gapLimit = gapLimit;
    }

    /** What happens to the master, as the end of a sentence. */
    String words() {
        return words;
    }

    /** How the master comes back, as the end of a sentence. */
    String repairWords() {
        return repairWords;
    }

    /** The longest time that a connection may stand still. */
    Duration gapLimit() {
        return gapLimit;
    }

    /** Takes the master down; returns at once. */
    abstract void strike(Topology topology, Firewall master);

    /** Brings it back. */
    abstract void repair(Topology topology, Firewall master);

    private static void maintenance(Firewall master, String value) {
        master.carpctl("maintenance", value).orThrow();
    }
}
