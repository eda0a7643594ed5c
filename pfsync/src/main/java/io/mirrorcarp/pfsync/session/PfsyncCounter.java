// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.Rejection;

/** What replication counts: the counters of {@code netstat -s -p pfsync} with their names in camel case, and those of what pfsync has not. */
public enum PfsyncCounter {
    PACKETS_RECEIVED("packetsReceived", "packets received (IPv4)"),
    PACKETS_RECEIVED6("packetsReceived6", "packets received (IPv6)"),
    BAD_INTERFACE("badInterface", "packets discarded for bad interface"),
    BAD_TTL("badTtl", "packets discarded for bad TTL"),
    SHORT_HEADER("shortHeader", "packets shorter than header"),
    BAD_VERSION("badVersion", "packets discarded for bad version"),
    BAD_AUTH("badAuth", "packets discarded for an unknown key or a false seal"),
    BAD_ACTION("badAction", "packets discarded for bad action"),
    BAD_LENGTH("badLength", "packets discarded for short packet"),
    BAD_VALUES("badValues", "states discarded for bad values"),
    BAD_STATE("badState", "stream frames of no present session, peers beyond the limit"),
    BAD_CONNECTION("badConnection", "TCP connections closed, being of no peer in session or carrying something"),
    STALE("stale", "changes older than what is known"),
    REPLAYED("replayed", "frames seen before"),
    PACKETS_SENT("packetsSent", "packets sent (IPv4)"),
    PACKETS_SENT6("packetsSent6", "packets sent (IPv6)"),
    SEND_ERRORS("sendErrors", "send error"),
    RETRANSMITS("retransmits", "stream frames sent again"),
    GAPS("gaps", "stream frames that were missing when a later one came"),
    SKIPPED("skipped", "stream frames that no repair could bring"),
    INTERRUPTIONS("interruptions", "holes in the own stream"),
    OVERRUNS("overruns", "times that the kernel lost events"),
    REPAIRS_OF_BUCKETS("bucketRepairs", "times that digests differed from a peer's"),
    ENDED_UNTOLD("endedUntold", "flows deleted since their owner no longer had them"),
    WITHHELD("withheld", "flows of peers that the filter kept out of the table"),
    CLASHES("clashes", "flows replaced by one with the same translation"),
    MERGED("merged", "changes merged into a waiting one of the same flow"),
    DUPLICATE_HOST_ID("duplicateHostId", "frames of another node with this host id"),
    INSERTS_IN("insertsIn", "inserts received"),
    INSERTS_OUT("insertsOut", "inserts sent"),
    UPDATES_IN("updatesIn", "updates received"),
    UPDATES_OUT("updatesOut", "updates sent"),
    DELETES_IN("deletesIn", "deletes received"),
    DELETES_OUT("deletesOut", "deletes sent"),
    BULK_ENTRIES_IN("bulkEntriesIn", "entries of bulk updates received"),
    BULK_ENTRIES_OUT("bulkEntriesOut", "entries of bulk updates sent"),
    BULK_STARTS_IN("bulkStartsIn", "bulk update starts received"),
    BULK_STARTS_OUT("bulkStartsOut", "bulk update starts sent"),
    BULK_ENDS_IN("bulkEndsIn", "bulk update ends received"),
    BULK_ENDS_OUT("bulkEndsOut", "bulk update ends sent"),
    BULK_REQUESTS_IN("bulkRequestsIn", "bulk requests received"),
    BULK_REQUESTS_OUT("bulkRequestsOut", "bulk requests sent"),
    DIGESTS_IN("digestsIn", "lists of digests received"),
    DIGESTS_OUT("digestsOut", "lists of digests sent"),
    HEARTBEATS_IN("heartbeatsIn", "heartbeats received"),
    HEARTBEATS_OUT("heartbeatsOut", "heartbeats sent"),
    REPORTS_IN("reportsIn", "acknowledgements received"),
    REPORTS_OUT("reportsOut", "acknowledgements sent"),
    REPAIRS_IN("repairsIn", "repair requests received"),
    REPAIRS_OUT("repairsOut", "repair requests sent"),
    GOODBYES_IN("goodbyesIn", "goodbyes received"),
    GOODBYES_OUT("goodbyesOut", "goodbyes sent"),
    RESIGNATIONS_IN("resignationsIn", "resignations received"),
    RESIGNATIONS_OUT("resignationsOut", "resignations sent");

    private final String label;
    private final String meaning;

    PfsyncCounter(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** The stable name in JSON. */
    public String label() {
        return label;
    }

    /** A line as netstat words it. */
    public String meaning() {
        return meaning;
    }

    /** Counts what is discarded for this reason. */
    public static PfsyncCounter of(Rejection rejection) {
        return switch (rejection) {
            case SHORT_HEADER -> SHORT_HEADER;
            case BAD_VERSION -> BAD_VERSION;
            case BAD_LENGTH -> BAD_LENGTH;
            case BAD_ACTION -> BAD_ACTION;
            case BAD_VALUES -> BAD_VALUES;
        };
    }

    /** Counts changes of this kind that came. */
    public static PfsyncCounter in(Action action) {
        return switch (action) {
            case INSERT -> INSERTS_IN;
            case UPDATE -> UPDATES_IN;
            case DELETE -> DELETES_IN;
            case BULK -> BULK_ENTRIES_IN;
            case BULK_START -> BULK_STARTS_IN;
            case BULK_END -> BULK_ENDS_IN;
            case DIGESTS -> DIGESTS_IN;
        };
    }

    /** Counts changes of this kind that were sent. */
    public static PfsyncCounter out(Action action) {
        return switch (action) {
            case INSERT -> INSERTS_OUT;
            case UPDATE -> UPDATES_OUT;
            case DELETE -> DELETES_OUT;
            case BULK -> BULK_ENTRIES_OUT;
            case BULK_START -> BULK_STARTS_OUT;
            case BULK_END -> BULK_ENDS_OUT;
            case DIGESTS -> DIGESTS_OUT;
        };
    }
}
