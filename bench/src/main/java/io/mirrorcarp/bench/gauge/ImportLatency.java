// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import io.mirrorcarp.bench.bed.KernelFlows;
import io.mirrorcarp.lab.net.LabHost;
import org.HdrHistogram.Histogram;

/**
 * How long after a flow's entry its copy came to be. Both kernels note when they made an entry, by the machine's one clock, and tell in a dump
 * afterwards: nobody listens while it is measured, so nothing is disturbed.
 */
public final class ImportLatency {
    private static final long MAXIMUM_NANOS = 600_000_000_000L;
    private static final int DIGITS = 3;

    private final Histogram nanos = new Histogram(MAXIMUM_NANOS, DIGITS);
    private int missing;

    private ImportLatency() {}

    /** Lets a host note the times; to be called before its flows. */
    public static void noteTimes(LabHost host) {
        host.sysctl("net.netfilter.nf_conntrack_timestamp=1");
    }

    /** Compares two tables for the flows {@code first} to {@code end} - 1. */
    public static ImportLatency between(KernelFlows originals, KernelFlows copies, int first, int end) {
        ImportLatency latency = new ImportLatency();
        for (int flow = first; flow < end; flow++) {
            if (originals.contains(flow) && copies.contains(flow)) {
                long nanos = copies.startNanos(flow) - originals.startNanos(flow);
                latency.nanos.recordValue(Math.max(0, Math.min(nanos, MAXIMUM_NANOS)));
            } else {
                latency.missing++;
            }
        }
        return latency;
    }

    /** The time within which that many of a hundred copies came, in milliseconds. */
    public double millis(double percentile) {
        return nanos.getTotalCount() == 0 ? Double.NaN : nanos.getValueAtPercentile(percentile) / 1e6;
    }

    /** The mean over the copies that came, in milliseconds. At any moment as many flows are under way as come in that time. */
    public double meanMillis() {
        return nanos.getTotalCount() == 0 ? Double.NaN : nanos.getMean() / 1e6;
    }

    /** Flows without a copy; they are in no percentile. */
    public int missing() {
        return missing;
    }
}
