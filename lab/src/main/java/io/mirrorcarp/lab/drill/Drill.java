// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.drill;

import io.mirrorcarp.lab.firewall.SyncLink;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The drills by their names. */
public enum Drill {
    UDP("udp", "a stream of datagrams from the server goes on", 2, true),
    IPV6("ipv6", "an IPv6 connection goes on", 2, true),
    FTP("ftp", "an FTP session opens its next data connection through the other firewall", 2, true),
    BULK("bulk", "a firewall that comes late gets every connection, and carries on those it never saw", 2, true),
    FLAP("flap", "a download outlives a LAN cable that is pulled and plugged three times", 2, false),
    TWO_MASTERS("two-masters", "firewalls that cannot hear one another end as one master", 2, false),
    ACTIVE_ACTIVE("active-active", "two groups of addresses, each firewall master of one", 2, false),
    NODES_4("nodes=4", "of four firewalls the next takes over, three times", 4, false),
    SPREAD("spread", "four firewalls that all work: one dies, its group moves, and nothing else does", 4, true);

    /** The most firewalls of a drill. */
    public static final int MOST_NODES = 4;

    private final String label;
    private final String words;
    private final int nodes;
    private final boolean controlled;

    Drill(String label, String words, int nodes, boolean controlled) {
        this.label = label;
        this.words = words;
        this.nodes = nodes;
        this.controlled = controlled;
    }

    /** As it is named on the command line. */
    public String label() {
        return label;
    }

    /** What it shows, as a clause. */
    public String words() {
        return words;
    }

    /** How many firewalls it needs. */
    int nodes() {
        return nodes;
    }

    /** Two share a cable, which tells each that the other has lost power; more share a switch. */
    SyncLink syncLink() {
        return nodes == 2 ? SyncLink.CABLE : SyncLink.SWITCH;
    }

    /** Whether it is run again without replication, where what it shows must not come true. */
    public boolean isControlled() {
        return controlled;
    }

    /** Starts its firewalls and waits until each has its role; nothing fails. */
    public void stand(Stage stage) {
        switch (this) {
            case ACTIVE_ACTIVE, SPREAD -> SpreadDrill.stand(stage);
            default -> stage.start();
        }
    }

    /** Plays it: what it claims is at the stage then. */
    public void play(Stage stage) {
        switch (this) {
            case UDP -> ConnectionDrills.udp(stage);
            case IPV6 -> ConnectionDrills.ipv6(stage);
            case FTP -> FtpDrill.run(stage);
            case BULK -> ConnectionDrills.bulk(stage);
            case FLAP -> RoleDrills.flap(stage);
            case TWO_MASTERS -> RoleDrills.twoMasters(stage);
            case NODES_4 -> RoleDrills.fourNodes(stage);
            case ACTIVE_ACTIVE, SPREAD -> SpreadDrill.run(stage);
        }
    }

    /** The drill of a name; empty where there is none. */
    public static Optional<Drill> ofLabel(String label) {
        return Arrays.stream(values())
                .filter(drill -> drill.label.equals(label))
                .findFirst();
    }

    /** All names. */
    public static List<String> labels() {
        return Arrays.stream(values()).map(Drill::label).toList();
    }
}
