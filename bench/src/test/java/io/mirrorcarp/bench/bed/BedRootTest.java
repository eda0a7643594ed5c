// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mirrorcarp.bench.gauge.ImportLatency;
import io.mirrorcarp.bench.gauge.TableFill;
import io.mirrorcarp.lab.net.Prerequisites;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The network without a system on it: what is counted is what was done. */
class BedRootTest {
    private static final int FLOWS = 2_000;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Bed bed;

    @BeforeEach
    void build() {
        assumeTrue(Prerequisites.root(), "needs root: makes network namespaces");
        bed = new Bed();
    }

    @AfterEach
    void remove() {
        if (bed != null) {
            bed.close();
        }
    }

    @Test
    void theFlowsThatWereCreatedAreThoseThatAreFoundAndNoneAfterTheFlush() {
        long nanos = TableFill.create(bed.sender(), 0, FLOWS);
        assertThat(nanos).isPositive();
        KernelFlows flows = KernelFlows.read(bed.sender(), FLOWS + 10);
        assertThat(flows.count()).isEqualTo(FLOWS);
        assertThat(flows.establishedCount()).isEqualTo(FLOWS);
        assertThat(flows.missingIn(KernelFlows.read(bed.receiver(), FLOWS))).isEqualTo(FLOWS);
        try (EntryCount count = EntryCount.of(bed.sender())) {
            assertThat(count.now()).isGreaterThanOrEqualTo(FLOWS);
            KernelFlows.flush(bed.sender());
            assertThat(count.now()).isLessThan(FLOWS / 10);
        }
    }

    @Test
    void theLoadOpensEstablishedFlowsThroughFwAAndEveryOneOfThem() {
        ImportLatency.noteTimes(bed.sender());
        try (FlowLoad load = bed.load(Duration.ofMillis(2))) {
            load.open(5_000, 0);
            Waiting.until("flows", LIMIT, () -> load.begun() >= FLOWS);
            load.open(0, 0);
            Waiting.until("the last ones", LIMIT, () -> load.opened() == load.begun() && load.opened() >= FLOWS);
            int opened = Math.toIntExact(load.opened());
            KernelFlows flows = KernelFlows.read(bed.sender(), opened);
            assertThat(flows.establishedCount()).isEqualTo(opened);
            assertThat(flows.startNanos(opened - 1)).isGreaterThan(flows.startNanos(0));
            assertThat(KernelFlows.read(bed.receiver(), opened).count()).isZero();
        }
    }

    @Test
    void aCountThatStandsStillIsGivenUp() {
        try (EntryCount count = EntryCount.of(bed.receiver())) {
            assertThat(count.await(1_000, Duration.ofMillis(50))).isFalse();
        }
    }
}
