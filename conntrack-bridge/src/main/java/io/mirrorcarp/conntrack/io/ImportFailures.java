// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.io.ImportSlot.Request;
import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.Errno;
import java.util.BitSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts changes that failed, and says once of each reason what it means. */
final class ImportFailures {
    private static final Logger LOG = LoggerFactory.getLogger("conntrack");

    private final CounterSet<ConntrackCounter> counters;
    private final BitSet told = new BitSet();
    private boolean expectationTold;

    ImportFailures(CounterSet<ConntrackCounter> counters) {
        this.counters = counters;
    }

    /** A record had a value out of range. */
    void onRefused() {
        counters.increment(ConntrackCounter.REFUSED);
        counters.increment(ConntrackCounter.FAILED);
    }

    /** The kernel refused the request for good. */
    void onFailed(Request request, int errno) {
        counters.increment(ConntrackCounter.FAILED);
        // Not there under its original tuple, yet the kernel said that it exists: the reply tuple is taken.
        boolean occupied = request == Request.LOOKUP_OCCUPANT || errno == Errno.EEXIST;
        int reason = occupied ? Errno.EEXIST : errno;
        if (occupied) {
            counters.increment(ConntrackCounter.OCCUPIED);
        } else if (errno == Errno.ENOMEM) {
            counters.increment(ConntrackCounter.TABLE_FULL);
        }
        if (!told.get(reason)) {
            told.set(reason);
            LOG.warn("a flow of a peer could not be written: {}; more of these are only counted", why(reason));
        }
    }

    /** What the kernel answers to an expectation, or to the deletion of what is replaced. One that is there already, or whose flow is not, is no failure of its own. */
    void onExpectation(int errno) {
        if (errno == 0 || errno == Errno.EEXIST || errno == Errno.EBUSY || errno == Errno.ENOENT) {
            return;
        }
        counters.increment(ConntrackCounter.EXPECTATIONS_REFUSED);
        if (!expectationTold) {
            expectationTold = true;
            LOG.warn(
                    "what a flow of a peer expects could not be written: {}; more of these are only counted",
                    why(errno));
        }
    }

    private static String why(int errno) {
        return switch (errno) {
            case Errno.EEXIST -> "another flow has its translated address and port";
            case Errno.ENOMEM -> "the table is full; raise net.netfilter.nf_conntrack_max";
            case Errno.ENOSPC -> "its hash chain is too long; raise net.netfilter.nf_conntrack_buckets";
            case Errno.EOPNOTSUPP ->
                "the kernel lacks its helper or NAT; load nf_nat, and nf_conntrack_NAME and nf_nat_NAME of each helper"
                        + " that the peer uses";
            case Errno.EPERM -> "EPERM: CAP_NET_ADMIN is missing, or the entry's timeout is fixed";
            default -> Errno.describe(errno);
        };
    }
}
