// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.counter.Counter;

/** What the bridge counts. */
public enum ConntrackCounter implements Counter {
    EVENTS("events", "events received from the kernel", "Events that the kernel told of its table"),
    FILTERED(
            "filtered",
            "events and dump entries of flows that are not replicated",
            "Events and dump entries of flows that the filter keeps here"),
    UNCARRIED(
            "uncarried",
            "of events and dump entries, those of flows that no other node could carry on, and that are not replicated",
            "Of events and dump entries, those of flows that no other node could carry on, and that are not replicated"),
    EXPECTATIONS(
            "expectations", "expectations of helpers written for peers", "Expectations of helpers written for peers"),
    EXPECTATIONS_REFUSED(
            "expectationsRefused",
            "of these, expectations that the kernel did not take",
            "Expectations of peers that the kernel did not take: what was expected is not let in after a failover"),
    MALFORMED(
            "malformed",
            "messages of the kernel that could not be read",
            "Messages of the kernel that could not be read"),
    OVERRUNS(
            "overruns",
            "times the kernel dropped events because the receive buffer was full",
            "Times that the kernel dropped events, since the receive buffer was full"),
    LATE(
            "late",
            "ends that came after an overrun, of flows that exist again, and were not told",
            "Ends that came after an overrun, of flows that exist again: they were not told"),
    FLOODS(
            "floods",
            "times when so many TCP connections opened that they were told only once established",
            "Times when more than 7,500 TCP connections opened in a second: from then on they are told to the peers only once they are established"),
    DUMPS("dumps", "dumps of the table started", "Dumps of the kernel's table that were started"),
    DUMP_ENTRIES("dumpEntries", "entries read from dumps", "Entries read from dumps"),
    DUMP_ERRORS(
            "dumpErrors",
            "dumps that the kernel broke off and that were started again",
            "Dumps that the kernel broke off, and that were started again"),
    CREATED("created", "entries created for peers", "Entries created for peers"),
    UPDATED("updated", "entries updated for peers", "Entries updated for peers"),
    DELETED("deleted", "entries deleted for peers", "Entries deleted for peers"),
    REPLACED(
            "replaced",
            "entries deleted and created again because their translation was another",
            "Entries deleted and created again, since their translation was another"),
    LOOSENED(
            "loosened",
            "TCP connections whose window is no longer checked: another node may have carried them meanwhile",
            "TCP connections whose window is no longer checked, since another node may have carried them meanwhile"),
    FAILED(
            "failed",
            "changes for peers that were not carried out",
            "Changes for peers that were not carried out; refused, occupied and tableFull are among them"),
    REFUSED("refused", "of these, records with a value out of range", "Records of peers with a value out of range"),
    OCCUPIED(
            "occupied",
            "of these, entries whose translated address and port another flow has",
            "Flows whose translated address and port another flow had: that one stayed, or was replaced and counts as a clash"),
    TABLE_FULL(
            "tableFull", "of these, entries for which the table has no room", "Flows for which the table had no room"),
    HELD(
            "held",
            "packets held, since their state was on the way",
            "Packets that had no state yet, and were held up to 20 ms for it"),
    HELD_RELEASED(
            "heldReleased",
            "of these, packets sent in again with their state",
            "Held packets whose state came, and that were sent in again"),
    HELD_EXPIRED(
            "heldExpired",
            "of these, packets whose state did not come",
            "Held packets whose state did not come: the filters decide on them"),
    HELD_LATE(
            "heldLate",
            "packets sent in again at once, since their state came meanwhile",
            "Packets whose state came between their judgement and their reading, and that were sent in again at once"),
    HELD_STRAY(
            "heldStray",
            "packets not held, since one like it was held in vain",
            "Packets that were not held, since one of the same connection was held in vain within the last second"),
    HELD_STRAY_SOURCE(
            "heldStraySource",
            "packets not held, since many of their source were held in vain",
            "Packets that were not held, since 64 of their source were held in vain within the last second"),
    HELD_FULL(
            "heldFull",
            "packets not held, since too many were",
            "Packets that were not held, since 4,096 were, or 64 of their connection"),
    HELD_TOO_LONG(
            "heldTooLong",
            "packets not held, since they were too long",
            "Packets that were not held, since they were longer than the MTU"),
    HELD_LOST(
            "heldLost",
            "packets that could not be sent in again",
            "Held packets that could not be sent in again, since their interface went away");

    private final String label;
    private final String words;
    private final String help;

    ConntrackCounter(String label, String words, String help) {
        this.label = label;
        this.words = words;
        this.help = help;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String words() {
        return words;
    }

    @Override
    public String help() {
        return help;
    }
}
