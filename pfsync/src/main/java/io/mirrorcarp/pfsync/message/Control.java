// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The content of a control frame: a heartbeat, reports of what the sender hears, requests. A carrier, reused
 * from frame to frame. Each list has a count and arrays, of which the first {@code count} places are in use.
 */
public final class Control {
    /** No list is longer. */
    public static final int MAX_ITEMS = 16;
    /** Longest node name, in bytes of UTF-8. */
    public static final int MAX_NAME_BYTES = 64;

    /** A node has no more paths to its peers. */
    public static final int MAX_PATHS = 4;

    /** The sender keeps digests of what it owns, and answers requests for them. */
    public static final int CAPABILITY_DIGESTS = 1;

    /** Whether the fields from {@link #node} to {@link #table} are there. */
    public boolean heartbeat;
    /** The sender's name. */
    public String node = "";
    /** Bits of features. */
    public int capabilities;
    /** The highest stream sequence sent; 0 when none was. */
    public long sent;
    /** The lowest stream sequence that can still be resent. */
    public long oldest;
    /** How often the sender's stream had a hole that no repair fills. */
    public long interruptions;
    /** Whether the sender's table is whole. */
    public boolean complete;
    /** Whether the sender raises suppress_preempt. */
    public boolean demoted;
    /** How many flows the sender owns. */
    public long entries;
    /** The digest over them; meaningful with {@link #CAPABILITY_DIGESTS}. */
    public long digest;
    /** Names the sender's kernel table; 0 when it is not known. */
    public long table;

    /** The lowest and the highest frame version that the sender understands. */
    public int lowestVersion = FrameHeader.LOWEST_VERSION;

    public int highestVersion = FrameHeader.LOWEST_VERSION;

    /** The longest frame that the sender's sync device carries; 0 when it is not told. */
    public int frameBytes;

    /** What the sender says of itself; {@link Announcement#NONE} where it says nothing. */
    public Announcement announcement = Announcement.NONE;

    /** What the sender asks of one peer; null where it asks nothing. */
    public @Nullable Question question;

    /** What the sender answers to one peer; null where it answers nothing. */
    public @Nullable Answer answer;
    /** Whether the frame only tries how long a frame may be: it says nothing else. */
    public boolean padding;

    /** Which of the sender's paths the frame goes by, from 0, of {@link #pathCount}. */
    public int path;
    /** How many paths the sender has, 1 to {@link #MAX_PATHS}. */
    public int pathCount = 1;
    /** Which of them can pass frames, bit {@code i} for path {@code i}. Read with more than one path only. */
    public int pathsUp;
    /** By how much the number of this frame is above that of the first frame with the same message. */
    public int pathCopy;

    /** Whether the sender stops now. */
    public boolean goodbye;

    /** Resignations: virtual hosts that the sender, master until now, leaves. */
    public int resignationCount;

    /** 1 to 255. */
    public final int[] resignationVhid = new int[MAX_ITEMS];
    /** The digest of the virtual addresses. */
    public final long[] resignationAddresses = new long[MAX_ITEMS];

    /** Reports: what the sender hears of the session ({@code creatorId}, {@code epoch}). */
    public int reportCount;

    public final int[] reportCreatorId = new int[MAX_ITEMS];
    public final long[] reportEpoch = new long[MAX_ITEMS];
    /** The highest control number heard. */
    public final long[] reportHeard = new long[MAX_ITEMS];
    /** The stream up to this sequence is in the sender's kernel. */
    public final long[] reportApplied = new long[MAX_ITEMS];
    /** How many frames beyond it the sender can hold. */
    public final int[] reportWindow = new int[MAX_ITEMS];
    /** Whether the session's flows, as its digest tells, are in the sender's table. */
    public final boolean[] reportEqual = new boolean[MAX_ITEMS];

    /** The longest frame heard of the session lately; 0 when it is not told. */
    public final int[] reportLongest = new int[MAX_ITEMS];

    /** By which of the session's paths the sender hears it, bit {@code i} for path {@code i}; 0 when it is not told. */
    public final int[] reportPaths = new int[MAX_ITEMS];

    /** Repairs: stream frames {@code from} to {@code to} of the session are wanted again. */
    public int repairCount;

    public final int[] repairCreatorId = new int[MAX_ITEMS];
    public final long[] repairEpoch = new long[MAX_ITEMS];
    public final long[] repairFrom = new long[MAX_ITEMS];
    public final long[] repairTo = new long[MAX_ITEMS];

    /** Bulk requests to the session. */
    public int bulkRequestCount;

    public final int[] bulkCreatorId = new int[MAX_ITEMS];
    public final long[] bulkEpoch = new long[MAX_ITEMS];
    public final long[] bulkRequestId = new long[MAX_ITEMS];
    /** Whether flows that nobody claims are wanted too. */
    public final boolean[] bulkEverything = new boolean[MAX_ITEMS];
    /** Whether only the digests are wanted. */
    public final boolean[] bulkCompare = new boolean[MAX_ITEMS];
    /** Whether these shall be of what a dump of the kernel's table shows. */
    public final boolean[] bulkDump = new boolean[MAX_ITEMS];
    /** Which buckets are wanted. */
    public final BucketSet[] bulkBuckets = new BucketSet[MAX_ITEMS];

    /** An empty message. */
    public Control() {
        Arrays.setAll(bulkBuckets, i -> new BucketSet());
    }

    /** Sets every field to its default and every list to empty. */
    public void clear() {
        heartbeat = false;
        node = "";
        capabilities = 0;
        sent = 0;
        oldest = 0;
        interruptions = 0;
        complete = false;
        demoted = false;
        entries = 0;
        digest = 0;
        table = 0;
        lowestVersion = FrameHeader.LOWEST_VERSION;
        highestVersion = FrameHeader.LOWEST_VERSION;
        frameBytes = 0;
        announcement = Announcement.NONE;
        question = null;
        answer = null;
        padding = false;
        path = 0;
        pathCount = 1;
        pathsUp = 0;
        pathCopy = 0;
        goodbye = false;
        resignationCount = 0;
        reportCount = 0;
        repairCount = 0;
        bulkRequestCount = 0;
    }

    /** Adds a resignation, unless the list is full. */
    public void addResignation(int vhid, long addresses) {
        if (resignationCount < MAX_ITEMS) {
            resignationVhid[resignationCount] = vhid;
            resignationAddresses[resignationCount] = addresses;
            resignationCount++;
        }
    }

    /** Adds a report, unless the list is full. */
    public void addReport(int creatorId, long epoch, long heard, long applied, int window, boolean equal) {
        if (reportCount < MAX_ITEMS) {
            reportCreatorId[reportCount] = creatorId;
            reportEpoch[reportCount] = epoch;
            reportHeard[reportCount] = heard;
            reportApplied[reportCount] = applied;
            reportWindow[reportCount] = window;
            reportEqual[reportCount] = equal;
            reportLongest[reportCount] = 0;
            reportPaths[reportCount] = 0;
            reportCount++;
        }
    }

    /** Says in the last report how long frames of its session come through. */
    public void setLongest(int frameBytes) {
        if (reportCount > 0) {
            reportLongest[reportCount - 1] = frameBytes;
        }
    }

    /** Says in the last report by which paths its session is heard. */
    public void setPaths(int paths) {
        if (reportCount > 0) {
            reportPaths[reportCount - 1] = paths;
        }
    }

    /** Adds a repair, unless the list is full. */
    public void addRepair(int creatorId, long epoch, long from, long to) {
        if (repairCount < MAX_ITEMS) {
            repairCreatorId[repairCount] = creatorId;
            repairEpoch[repairCount] = epoch;
            repairFrom[repairCount] = from;
            repairTo[repairCount] = to;
            repairCount++;
        }
    }

    /** Adds a bulk request, unless the list is full. */
    public void addBulkRequest(
            int creatorId,
            long epoch,
            long requestId,
            boolean everything,
            boolean compare,
            boolean dump,
            BucketSet buckets) {
        if (bulkRequestCount < MAX_ITEMS) {
            bulkCreatorId[bulkRequestCount] = creatorId;
            bulkEpoch[bulkRequestCount] = epoch;
            bulkRequestId[bulkRequestCount] = requestId;
            bulkEverything[bulkRequestCount] = everything;
            bulkCompare[bulkRequestCount] = compare;
            bulkDump[bulkRequestCount] = dump;
            bulkBuckets[bulkRequestCount].copyFrom(buckets);
            bulkRequestCount++;
        }
    }
}
