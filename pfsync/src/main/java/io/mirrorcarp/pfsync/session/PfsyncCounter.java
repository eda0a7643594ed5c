// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.counter.Counter;
import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.Rejection;

/** What replication counts: the counters of {@code netstat -s -p pfsync} with their names in camel case, and those of what pfsync has not. */
public enum PfsyncCounter implements Counter {
    PACKETS_RECEIVED(
            "packetsReceived", "packets received (IPv4)", "Frames of replication that came over IPv4, good and bad"),
    PACKETS_RECEIVED6(
            "packetsReceived6", "packets received (IPv6)", "Frames of replication that came over IPv6, good and bad"),
    BAD_INTERFACE(
            "badInterface", "packets discarded for bad interface", "Frames that came on another device than syncdev"),
    BAD_TTL(
            "badTtl",
            "packets discarded for bad ttl",
            "Frames whose TTL or hop limit is not 255: a router passed them on"),
    SHORT_HEADER("shortHeader", "packets shorter than header", "Frames shorter than the header of a frame"),
    BAD_VERSION(
            "badVersion", "packets discarded for bad version", "Frames of a version that this carpd does not speak"),
    BAD_AUTH(
            "badAuth",
            "packets discarded for an unknown key or a false seal",
            "Frames that no key of this node opens: the keys differ between the nodes, or somebody forges"),
    UNVERIFIED(
            "unverified",
            "packets of strangers beyond those that are opened in a second",
            "Frames of nodes without a session that were not opened, since too many of them came"),
    BAD_ACTION("badAction", "packets discarded for bad action", "Frames with an action that this carpd does not know"),
    BAD_LENGTH("badLength", "packets discarded for short packet", "Frames that end before their own length"),
    BAD_VALUES("badValues", "states discarded for bad values", "States with a value out of its range"),
    BAD_STATE(
            "badState",
            "stream frames of no present session, peers beyond the limit",
            "Stream frames that belong to no present session, and nodes beyond the greatest number of peers"),
    BAD_CONNECTION(
            "badConnection",
            "TCP connections closed, being of no peer in session or carrying something",
            "Connections to TCP port 7240 that were closed, being of no peer in session, or carrying something"),
    STALE("stale", "stale states", "Changes that were refused, since more is known of the flow"),
    REPLAYED("replayed", "packets discarded as seen before", "Frames that came a second time"),
    COPIES(
            "copies",
            "packets that came by a second path",
            "Frames that came by one sync path when they had come by another"),
    PATH_CHANGES(
            "pathChanges",
            "changes of the sync path",
            "Times that frames went by another sync path than before, since that one failed or a better one came back"),
    PACKETS_SENT("packetsSent", "packets sent (IPv4)", "Frames sent over IPv4"),
    PACKETS_SENT6("packetsSent6", "packets sent (IPv6)", "Frames sent over IPv6"),
    SEND_ERRORS("sendErrors", "send errors", "Frames that the kernel did not take"),
    RETRANSMITS("retransmits", "stream frames sent again", "Stream frames sent again, since a peer missed them"),
    GAPS(
            "gaps",
            "stream frames that were missing when a later one came",
            "Stream frames of a peer that were missing when a later one came"),
    SKIPPED(
            "skipped",
            "stream frames that no repair could bring",
            "Stream frames of a peer that are lost for good: digests repair what they told"),
    INTERRUPTIONS(
            "interruptions",
            "holes in the own stream",
            "Holes in this node's own stream: digests repair what it would have told"),
    OVERRUNS(
            "overruns",
            "times that the kernel lost events",
            "Times that the kernel lost events of its table, which is then compared"),
    REPAIRS_OF_BUCKETS(
            "bucketRepairs",
            "times that digests differed from a peer's",
            "Times that digests of a part of the table differed from a peer's, and the part was repaired"),
    ENDED_UNTOLD(
            "endedUntold",
            "flows deleted since their owner no longer had them",
            "Copies deleted since their owner no longer had them, and had not told of it"),
    WITHHELD(
            "withheld",
            "flows of peers that the filter kept out of the table",
            "Flows of peers that this node's filter keeps out of its table"),
    CLASHES(
            "clashes",
            "flows replaced by one with the same translation",
            "Flows that made way for another with the same translated address and port"),
    MERGED(
            "merged",
            "changes merged into a waiting one of the same flow",
            "Changes that were merged into one of the same flow which had not left yet"),
    DUPLICATE_HOST_ID(
            "duplicateHostId",
            "frames of another node with this host id",
            "Frames of another node with this node's host id: a cloned machine"),
    INSERTS_IN("insertsIn", "inserts received", "Flows that are new, received"),
    INSERTS_OUT("insertsOut", "inserts sent", "Flows that are new, sent"),
    UPDATES_IN("updatesIn", "updates received", "Flows that changed, received"),
    UPDATES_OUT("updatesOut", "updates sent", "Flows that changed, sent"),
    DELETES_IN("deletesIn", "deletes received", "Flows that ended, received"),
    DELETES_OUT("deletesOut", "deletes sent", "Flows that ended, sent"),
    BULK_ENTRIES_IN("bulkEntriesIn", "bulk update entries received", "Flows told in bulk updates, received"),
    BULK_ENTRIES_OUT("bulkEntriesOut", "bulk update entries sent", "Flows told in bulk updates, sent"),
    BULK_STARTS_IN("bulkStartsIn", "bulk update starts received", "Bulk updates begun, received"),
    BULK_STARTS_OUT("bulkStartsOut", "bulk update starts sent", "Bulk updates begun, sent"),
    BULK_ENDS_IN("bulkEndsIn", "bulk update ends received", "Bulk updates ended, received"),
    BULK_ENDS_OUT("bulkEndsOut", "bulk update ends sent", "Bulk updates ended, sent"),
    BULK_REQUESTS_IN("bulkRequestsIn", "bulk requests received", "Requests for a bulk update, received"),
    BULK_REQUESTS_OUT("bulkRequestsOut", "bulk requests sent", "Requests for a bulk update, sent"),
    DIGESTS_IN(
            "digestsIn",
            "lists of digests received",
            "Lists of digests, by which the nodes compare their tables, received"),
    DIGESTS_OUT(
            "digestsOut", "lists of digests sent", "Lists of digests, by which the nodes compare their tables, sent"),
    HEARTBEATS_IN(
            "heartbeatsIn",
            "heartbeats received",
            "Heartbeats, by which the nodes know that the others live, received"),
    HEARTBEATS_OUT(
            "heartbeatsOut", "heartbeats sent", "Heartbeats, by which the nodes know that the others live, sent"),
    REPORTS_IN("reportsIn", "acknowledgements received", "Acknowledgements of what came, received"),
    REPORTS_OUT("reportsOut", "acknowledgements sent", "Acknowledgements of what came, sent"),
    REPAIRS_IN("repairsIn", "repair requests received", "Requests for frames that were missing, received"),
    REPAIRS_OUT("repairsOut", "repair requests sent", "Requests for frames that were missing, sent"),
    GOODBYES_IN("goodbyesIn", "goodbyes received", "Goodbyes of nodes that stop, received"),
    GOODBYES_OUT("goodbyesOut", "goodbyes sent", "Goodbyes of nodes that stop, sent"),
    RESIGNATIONS_IN(
            "resignationsIn",
            "resignations received",
            "Resignations of masters that leave their addresses on purpose, received"),
    RESIGNATIONS_OUT(
            "resignationsOut",
            "resignations sent",
            "Resignations of masters that leave their addresses on purpose, sent");

    private final String label;
    private final String words;
    private final String help;

    PfsyncCounter(String label, String words, String help) {
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
