// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import java.util.Arrays;

/** Carriers as text, to compare and to show them. */
public final class Described {
    private Described() {}

    /** Every field that is in use. */
    public static String change(Change change) {
        return change.action + " v" + Integer.toUnsignedString(change.version) + (change.orphan ? " orphan " : " ")
                + (change.held ? "held " : "") + (change.untouched ? "untouched " : "")
                + change.absentOwner + "/" + change.absentTable + "/" + change.copiedFrom + " "
                + (change.expired ? "expired " : "") + (change.evicted ? "evicted " : "")
                + (change.deliberate ? "deliberate " : "")
                + state(change.state) + " bulk " + change.bulkId + "/" + change.bulkEntries
                + Arrays.toString(Arrays.copyOf(change.targetCreatorIds, change.targetCount))
                + Arrays.toString(Arrays.copyOf(change.targetRequestIds, change.targetCount)) + " "
                + change.buckets + " of " + change.bulkTable + " digest " + change.bulkDigest + " from "
                + change.firstBucket
                + Arrays.toString(Arrays.copyOf(change.digests, change.digestCount));
    }

    /** Every field. */
    public static String state(StateRecord state) {
        return tuple(state.original) + " zone " + state.zone + " status " + state.status + " timeout "
                + state.timeoutSeconds + " mark " + state.mark + " snat " + state.snatHigh + ":" + state.snatLow + ":"
                + state.snatPort + " dnat " + state.dnatHigh + ":" + state.dnatLow + ":" + state.dnatPort + " state "
                + state.protocolState + " scale " + state.tcpScaleOriginal + "," + state.tcpScaleReply + " flags "
                + state.tcpFlagsOriginal + "," + state.tcpFlagsReply + " tags " + state.sctpTagOriginal + ","
                + state.sctpTagReply + " attachment "
                + Arrays.toString(Arrays.copyOf(state.attachment, state.attachmentLength));
    }

    /** Every field. */
    public static String tuple(FlowTuple tuple) {
        return tuple.family + "/" + tuple.protocol + " " + tuple.sourceHigh + ":" + tuple.sourceLow + ":"
                + tuple.sourcePort + " > " + tuple.destinationHigh + ":" + tuple.destinationLow + ":"
                + tuple.destinationPort;
    }
}
