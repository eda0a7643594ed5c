// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

/** How replication stands, with one peer or with all of them. */
public enum Verdict {
    /** Replication is turned off. */
    OFF("off"),
    /** There is no peer: none was heard yet, or it said that it stops. */
    ALONE("alone"),
    /** A bulk update from the peer is wanted or runs. */
    BULK("bulk"),
    /** The peer hears this node and is heard, and nothing is missing. */
    IN_SYNC("in-sync"),
    /** Frames are missing, or acknowledgements are, for longer than a repair takes. */
    LAGGING("lagging"),
    /** The peer is heard but does not hear this node. */
    ONE_WAY("one-way"),
    /** The peer was there and is silent. */
    LOST("lost");

    private final String label;

    Verdict(String label) {
        this.label = label;
    }

    /** The stable name in status and metrics. */
    public String label() {
        return label;
    }

    /** Of two peers' verdicts, the one that tells for both: the one to worry about. */
    Verdict worse(Verdict other) {
        return weight() >= other.weight() ? this : other;
    }

    private int weight() {
        return switch (this) {
            case OFF, ALONE -> 0;
            case IN_SYNC -> 1;
            case LAGGING -> 2;
            case BULK -> 3;
            case ONE_WAY -> 4;
            case LOST -> 5;
        };
    }
}
