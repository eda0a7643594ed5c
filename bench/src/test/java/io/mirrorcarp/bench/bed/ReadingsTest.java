// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mirrorcarp.lab.net.LabException;
import org.junit.jupiter.api.Test;

class ReadingsTest {
    private static final String NET_DEV = """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
                lo:       7       1    0    0    0     0          0         0        7       1    0    0    0     0       0          0
             sync0: 1000000      10    0    0    0     0          0         0   234567      20    0    0    0     0       0          0
            """;

    @Test
    void bothDirectionsOfTheSyncLinkAreCounted() {
        assertThat(WireBytes.parse(NET_DEV, "sync0").bytes()).isEqualTo(1_234_567);
    }

    @Test
    void aLinkThatIsNotThereIsTold() {
        assertThatThrownBy(() -> WireBytes.parse(NET_DEV, "sync1"))
                .isInstanceOf(LabException.class)
                .hasMessageContaining("sync1");
    }

    @Test
    void otherWorkIsWhatIsNeitherIdleNorWaitingForTheDisk() {
        String before = "cpu  100 0 100 1000 50 0 0 0 0 0\ncpu0 1 1 1 1\n";
        String after = "cpu  120 0 110 1060 60 0 0 0 0 0\ncpu0 1 1 1 1\n";
        assertThat(OtherWork.percent(before, after)).isEqualTo(30, within(1e-9));
        assertThat(OtherWork.percent(before, before)).isZero();
    }

    @Test
    void aFlowIsKnownByItsPorts() {
        assertThat(KernelFlows.number(10_000, 20_000)).isZero();
        assertThat(KernelFlows.number(59_999, 20_000)).isEqualTo(49_999);
        assertThat(KernelFlows.number(10_001, 20_002)).isEqualTo(100_001);
        assertThat(KernelFlows.number(40_000, 53)).isNegative();
    }

    @Test
    void thereIsAboutABucketForEachEntryOfBothTablesAndNeverMoreThanTwoMillions() {
        assertThat(KernelLimits.buckets(500_000)).isEqualTo(1_048_576);
        assertThat(KernelLimits.buckets(10_000)).isEqualTo(32_768);
        assertThat(KernelLimits.buckets(50_000_000)).isEqualTo(2_097_152);
        assertThat(KernelLimits.buckets(0)).isEqualTo(1);
    }

    @Test
    void theLoadHasACoreOfItsOwn() {
        Cores two = new Cores(2);
        assertThat(two.sender()).isNotEqualTo(two.load());
        assertThat(two.receiver()).isEqualTo(two.sender());
        Cores four = new Cores(4);
        assertThat(four.receiver()).isNotIn(four.load(), four.sender());
        assertThat(four.words()).contains("sender on core 1", "of 4");
        assertThatThrownBy(() -> new Cores(1)).isInstanceOf(LabException.class);
    }
}
