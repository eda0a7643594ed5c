// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.drill.Drill;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.proto.control.Request;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** What can be done to a firewall of a lab that stands. */
enum Blow {
    POWER(Failure.POWER.words(), Failure.POWER.repairWords()) {
        @Override
        void strike(StandingFirewalls firewalls, String host) {
            firewalls.lab().host(host).killAll();
            firewalls.setCables(host, false);
        }

        @Override
        void repair(StandingFirewalls firewalls, String host) {
            firewalls.setCables(host, true);
            firewalls.startCarpd(host);
        }

        @Override
        boolean isDown(Optional<JsonNode> status) {
            return status.isEmpty();
        }
    },
    STOP(Failure.STOP.words(), Failure.STOP.repairWords()) {
        @Override
        void strike(StandingFirewalls firewalls, String host) {
            firewalls.lab().host(host).processes().forEach(ProcessHandle::destroy);
        }

        @Override
        void repair(StandingFirewalls firewalls, String host) {
            firewalls.startCarpd(host);
        }

        @Override
        boolean isDown(Optional<JsonNode> status) {
            return status.isEmpty();
        }
    },
    LINK(Failure.LINK.words(), Failure.LINK.repairWords()) {
        @Override
        void strike(StandingFirewalls firewalls, String host) {
            firewalls.lab().setCable(LAN, host, false);
        }

        @Override
        void repair(StandingFirewalls firewalls, String host) {
            firewalls.lab().setCable(LAN, host, true);
        }

        @Override
        boolean isDown(Optional<JsonNode> status) {
            return status.filter(Statuses.vhid(LAN, "init")).isPresent();
        }
    },
    MAINTENANCE(Failure.MAINTENANCE.words(), Failure.MAINTENANCE.repairWords()) {
        @Override
        void strike(StandingFirewalls firewalls, String host) {
            firewalls.maintain(
                    host, Request.Maintenance.newBuilder().setOn(true).setReason("lab fail"));
        }

        @Override
        void repair(StandingFirewalls firewalls, String host) {
            firewalls.maintain(host, Request.Maintenance.newBuilder());
        }

        @Override
        boolean isDown(Optional<JsonNode> status) {
            return status.filter(each -> each.path("maintenance").asBoolean()).isPresent();
        }
    },
    FLAP("loses its cable to the LAN and gets it back, three times", "has its cable to the LAN again") {
        @Override
        void strike(StandingFirewalls firewalls, String host) {
            Predicate<JsonNode> gone = Statuses.vhid(LAN, "init");
            for (int i = 0; i < FLAPS; i++) {
                LINK.strike(firewalls, host);
                firewalls.await(host, "without its cable", gone, LIMIT);
                LINK.repair(firewalls, host);
                firewalls.await(host, "back in the election", gone.negate(), LIMIT);
            }
        }

        @Override
        void repair(StandingFirewalls firewalls, String host) {
            LINK.repair(firewalls, host);
        }

        @Override
        boolean isDown(Optional<JsonNode> status) {
            return LINK.isDown(status);
        }
    },
    TWO_MASTERS(
            "hears nothing of the other firewalls on LAN and WAN, nor they of it", "hears the other firewalls again") {
        @Override
        void strike(StandingFirewalls firewalls, String host) {
            firewalls.setApart(true);
        }

        @Override
        void repair(StandingFirewalls firewalls, String host) {
            firewalls.setApart(false);
        }

        /** Whichever is asked: it is done to all of them. */
        @Override
        boolean isDown(Optional<JsonNode> status) {
            return true;
        }
    };

    private static final String LAN = "lan";
    private static final int FLAPS = 3;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final String words;
    private final String repairWords;

    Blow(String words, String repairWords) {
        this.words = words;
        this.repairWords = repairWords;
    }

    static Blow of(Failure failure) {
        return switch (failure) {
            case POWER -> POWER;
            case STOP -> STOP;
            case LINK -> LINK;
            case MAINTENANCE -> MAINTENANCE;
        };
    }

    /** What a scenario does to its first firewall. */
    static Blow of(Drill drill) {
        return switch (drill) {
            case FLAP -> FLAP;
            case TWO_MASTERS -> TWO_MASTERS;
            case UDP, IPV6, FTP, BULK, ACTIVE_ACTIVE, NODES_4, SPREAD -> POWER;
        };
    }

    /** What happens, as the end of a sentence. */
    String words() {
        return words;
    }

    /** What it is after the repair, as the end of a sentence. */
    String repairWords() {
        return repairWords;
    }

    abstract void strike(StandingFirewalls firewalls, String host);

    abstract void repair(StandingFirewalls firewalls, String host);

    /** Whether a firewall that answers this, or does not answer, was struck so. */
    abstract boolean isDown(Optional<JsonNode> status);
}
