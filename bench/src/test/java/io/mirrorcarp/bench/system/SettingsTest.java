// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SettingsTest {
    private static final Path DIRECTORY = Path.of("/run/lab/fw-a");

    @Test
    void conntrackdWritesIntoTheKernelInBothModesAndKeepsItsFilesToItself() {
        for (ConntrackdMode mode : ConntrackdMode.values()) {
            String text = new ConntrackdSettings(mode, "192.0.2.1", "192.0.2.2").text(DIRECTORY);
            assertThat(text)
                    .contains("Mode " + mode.name() + " {", "DisableExternalCache On")
                    .contains("IPv4_address 192.0.2.1", "IPv4_Destination_Address 192.0.2.2", "Port 3780")
                    .contains("UNIX { Path /run/lab/fw-a/", "LockFile /run/lab/fw-a/", "LogFile /run/lab/fw-a/")
                    .contains("Filter From Kernelspace")
                    .doesNotContain("%", "/var/");
            assertThat(text.chars().filter(c -> c == '{').count())
                    .isEqualTo(text.chars().filter(c -> c == '}').count());
        }
    }

    @Test
    void conntrackdHasRoomForABurst() {
        String text = new ConntrackdSettings(ConntrackdMode.FTFW, "a", "b").text(DIRECTORY);
        assertThat(text)
                .containsPattern("NetlinkBufferSize 134217728\\s")
                .containsPattern("NetlinkBufferSizeMaxGrowth 134217728\\s")
                .containsPattern("SndSocketBuffer 536870912\\s")
                .containsPattern("RcvSocketBuffer 536870912\\s");
    }

    @Test
    void numbersOfConntrackdAreReadBeforeAndBehindTheirNames() {
        String text = """
                UDP traffic (active device=sync0):
                                   8 Bytes sent                   16 Bytes recv
                                   3 Pckts sent                    7 Pckts recv
                netlink stats:
                \tnetlink overrun:\t                   5
                """;
        assertThat(Conntrackd.parseNumber(text, "Pckts recv")).isEqualTo(7);
        assertThat(Conntrackd.parseNumber(text, "netlink overrun")).isEqualTo(5);
        assertThat(Conntrackd.parseNumber(text, "nothing")).isZero();
    }

    @Test
    void keepalivedFailsOverBothAddressesTogetherAtTheGivenInterval() {
        String text = new KeepalivedSettings("fw-a", 254, 0.02, false).text();
        assertThat(text)
                .contains("vrrp_version 3", "vrrp_sync_group", "advert_int 0.02", "priority 254")
                .contains("interface lan0", "10.0.0.1/24", "interface wan0", "203.0.113.1/24")
                .doesNotContain("use_vmac", "%");
        assertThat(new KeepalivedSettings("fw-a", 254, 1, true).text()).containsPattern("(?s)use_vmac.*use_vmac");
    }
}
