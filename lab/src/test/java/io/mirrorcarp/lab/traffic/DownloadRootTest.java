// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabHost;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Needs root. */
final class DownloadRootTest {
    private static final Duration STALL_LIMIT = Duration.ofSeconds(10);

    /** What is on the way when the last byte is written arrives: the server's end is no reset. */
    @Test
    void aDownloadThatIsHurriedIsWhole() {
        try (Lab lab = Lab.open()) {
            LabHost host = lab.host("both");
            try (DownloadServer server = new DownloadServer(host, "127.0.0.1")) {
                for (int round = 0; round < 20; round++) {
                    DownloadPlan plan = new DownloadPlan(round, 1400, 2_000, Duration.ofMillis(20));
                    Download download = Download.start(host, server.address(), plan, STALL_LIMIT);
                    while (!download.isDone() && download.arrivals().bytes() < plan.bytes()) {
                        download.hurry();
                        Thread.onSpinWait();
                    }
                    assertThat(download.join().error()).as("round %d", round).isNull();
                    assertThat(download.join().digestEqual()).isTrue();
                }
                assertThat(server.failures()).isEmpty();
            }
        }
    }
}
