// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.bed.Waiting;
import io.mirrorcarp.bench.bed.WireBytes;
import io.mirrorcarp.bench.gauge.EchoProber;
import io.mirrorcarp.bench.gauge.ProbeLog;
import io.mirrorcarp.bench.system.Elector;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** One system that loses its master again and again, under the eyes of a prober. */
final class FailoverRun implements AutoCloseable {
    private static final int STEADY_PROBES = 250;
    /** Probes whose answers may still be under way. */
    private static final int UNDER_WAY = 5;

    private static final Duration RECOVERY_LIMIT = Duration.ofSeconds(15);
    private static final Duration STEADY_LIMIT = Duration.ofSeconds(90);
    private static final long PATH_NANOS = 200_000_000;

    private final Bed bed;
    private final Elector elector;
    private final EchoProber prober;

    FailoverRun(Bed bed, Elector elector) {
        this.bed = bed;
        this.elector = elector;
        try {
            prober = new EchoProber(bed.topology().client(), InetAddress.getByName(Topology.SERVER));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address as text needs no name server", e);
        }
    }

    /** Starts both ends. */
    void start() {
        elector.launchPreferred();
        elector.launchOther();
        awaitSteady();
    }

    private void awaitSteady() {
        elector.awaitRoles();
        Waiting.until("the probes to pass fw-a", STEADY_LIMIT, this::throughPreferred);
        Waiting.until("an answer to every probe", STEADY_LIMIT, this::steady);
    }

    /** Who has the address need not be who is believed to have it: a neighbour that has not heard of it still sends to the other one. */
    private boolean throughPreferred() {
        long preferred = WireBytes.of(bed.sender(), "wan0").bytes();
        long other = WireBytes.of(bed.receiver(), "wan0").bytes();
        LockSupport.parkNanos(PATH_NANOS);
        preferred = WireBytes.of(bed.sender(), "wan0").bytes() - preferred;
        other = WireBytes.of(bed.receiver(), "wan0").bytes() - other;
        return preferred > 2 * other;
    }

    private boolean steady() {
        return prober.log().steadyFor(STEADY_PROBES, UNDER_WAY);
    }

    /** Takes the master down after a delay, waits until all is steady with the other one, and brings it back. NaN when the other one never answered. */
    double gapMillis(Strike strike, long delayNanos) {
        ProbeLog log = prober.log();
        LockSupport.parkNanos(delayNanos);
        long start = System.nanoTime();
        strike.strike(bed, elector);
        double gap = Double.NaN;
        try {
            strike.awaitDone(elector);
            // Long enough for what is steady to have been sent after that.
            long least = System.nanoTime() + (STEADY_PROBES + 2L * UNDER_WAY) * EchoProber.INTERVAL_NANOS;
            Waiting.until(
                    "an answer after the " + strike.label(),
                    RECOVERY_LIMIT,
                    () -> System.nanoTime() - least > 0 && steady());
            gap = log.longestGapNanos(start - 2 * EchoProber.INTERVAL_NANOS) / 1e6;
        } catch (LabException ignored) {
            // It never came: the figure says so.
        }
        strike.repair(bed, elector);
        awaitSteady();
        return gap;
    }

    @Override
    public void close() {
        prober.close();
    }
}
