// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class GaugesTest {
    private static final long BURNT_NANOS = 50_000_000;

    @Test
    void theTimeThatAThreadBurnsIsCountedUnderItsName() throws Exception {
        CpuMeter meter = new CpuMeter(List.of(ProcessHandle.current().pid()));
        CountDownLatch counted = new CountDownLatch(1);
        Thread burner = new Thread(() -> burn(counted), "burner");
        burner.start();
        while (threadNanos(meter) < BURNT_NANOS) {
            Thread.onSpinWait();
            meter.read();
        }
        counted.countDown();
        burner.join();
        assertThat(meter.nanos()).isGreaterThanOrEqualTo(threadNanos(meter));
    }

    private static long threadNanos(CpuMeter meter) {
        return meter.nanosByThread().entrySet().stream()
                .filter(thread -> thread.getKey().startsWith("burner "))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Uses so much CPU time, and stays until that was seen. */
    private static void burn(CountDownLatch counted) {
        while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() < BURNT_NANOS) {
            Thread.onSpinWait();
        }
        try {
            counted.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void theFirstNumberOfSchedstatIsTheTimeOnTheProcessor() {
        assertThat(CpuMeter.parse("1234567 89 10\n")).isEqualTo(1_234_567);
    }

    @Test
    void aProcessThatHasEndedHasUsedWhatWasReadOfIt() {
        CpuMeter meter = new CpuMeter(List.of(Long.MAX_VALUE));
        meter.read();
        assertThat(meter.nanos()).isZero();
    }

    @Test
    void memoryIsReadInBytes() {
        ProcessMemory memory = ProcessMemory.parse("""
                55d0a0000000-7ffc00000000 ---p 00000000 00:00 0    [rollup]
                Rss:              123456 kB
                Pss:              100000 kB
                Pss_Anon:          90000 kB
                """);
        assertThat(memory.residentBytes()).isEqualTo(123_456L * 1024);
        assertThat(memory.proportionalBytes()).isEqualTo(100_000L * 1024);
        assertThat(ProcessMemory.of(List.of(ProcessHandle.current().pid())).residentMegabytes())
                .isGreaterThan(10);
    }

    @Test
    void aSampleFlowHasThePortsOfTheLoadAndAReplyToTheTranslatedAddress() {
        ConntrackEntry entry = SampleFlow.entry();
        SampleFlow.setNumber(entry, 100_001);
        assertThat(entry.original.sourcePort).isEqualTo(10_001);
        assertThat(entry.original.destinationPort).isEqualTo(20_002);
        assertThat(entry.reply.destinationPort).isEqualTo(10_001);
        assertThat(entry.reply.destinationLow).isEqualTo(0xcb007101L);
    }
}
