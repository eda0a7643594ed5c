// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

/** What the bridge counts. */
public enum ConntrackCounter {
    EVENTS("events", "events received from the kernel"),
    FILTERED("filtered", "events and dump entries of flows that are not replicated"),
    UNCARRIED(
            "uncarried",
            "of events and dump entries, those of flows that no other node could carry on, and that are not replicated"),
    EXPECTATIONS("expectations", "expectations of helpers written for peers"),
    MALFORMED("malformed", "messages of the kernel that could not be read"),
    OVERRUNS("overruns", "times the kernel dropped events because the receive buffer was full"),
    LATE("late", "ends that came after an overrun, of flows that exist again, and were not told"),
    FLOODS("floods", "times when so many TCP connections opened that they were told only once established"),
    DUMPS("dumps", "dumps of the table started"),
    DUMP_ENTRIES("dumpEntries", "entries read from dumps"),
    DUMP_ERRORS("dumpErrors", "dumps that the kernel broke off and that were started again"),
    CREATED("created", "entries created for peers"),
    UPDATED("updated", "entries updated for peers"),
    DELETED("deleted", "entries deleted for peers"),
    REPLACED("replaced", "entries deleted and created again because their translation was another"),
    LOOSENED(
            "loosened",
            "TCP connections whose window is no longer checked: another node may have carried them meanwhile"),
    FAILED("failed", "changes for peers that were not carried out"),
    REFUSED("refused", "of these, records with a value out of range"),
    OCCUPIED("occupied", "of these, entries whose translated address and port another flow has"),
    TABLE_FULL("tableFull", "of these, entries for which the table has no room");

    private final String label;
    private final String meaning;

    ConntrackCounter(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** The stable name in JSON. */
    public String label() {
        return label;
    }

    /** In words. */
    public String meaning() {
        return meaning;
    }
}
