// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.Commands;
import io.mirrorcarp.lab.net.LabProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** {@code carpctl trace} on a pair, beside a router of VRRP on the LAN. */
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes half a minute: bin/test --load")
class TraceIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int VRID = 77;

    private static Pair pair;

    @BeforeAll
    static void start() {
        pair = Pair.inSync();
    }

    @AfterAll
    static void stop() {
        pair.close();
    }

    private static CommandResult trace(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Checkout.home().resolve("bin/carpctl").toString());
        command.addAll(List.of("--socket", pair.a.carpd().socket().toString(), "trace"));
        command.addAll(List.of(arguments));
        CommandResult result =
                Commands.run(pair.a.host().namespace().inside(command.toArray(String[]::new)), "", LIMIT);
        assertThat(result.exitStatus()).as(result.toString()).isZero();
        return result;
    }

    private static LabProcess keepalived() throws IOException {
        Path directory = pair.topology.client().directory();
        Path file = Files.writeString(directory.resolve("keepalived.conf"), """
                vrrp_instance other {
                  interface eth0
                  virtual_router_id %d
                  priority 200
                  advert_int 1
                  virtual_ipaddress {
                    10.0.0.50/24
                  }
                }
                """.formatted(VRID));
        return pair.topology
                .client()
                .spawn(
                        "keepalived",
                        "keepalived",
                        "--dont-fork",
                        "--log-console",
                        "--vrrp",
                        "--use-file=" + file,
                        "--pid=" + directory.resolve("keepalived.pid"),
                        "--vrrp_pid=" + directory.resolve("vrrp.pid"));
    }

    @Test
    void advertisementsAreLinesAndTheCountEndsIt() {
        assertThat(trace("carp", "-c", "3").out().lines())
                .hasSize(3)
                .allMatch(line ->
                        line.matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{6} (lan0|wan0) IP (203\\.0\\.113|10\\.0\\.0)\\.2"
                                + " > 224\\.0\\.0\\.18 CARPv2-advertise vhid=[12] advbase=1 advskew=0 .*"));
    }

    @Test
    void besideVrrpEachRunEndsWithItsCount() throws IOException {
        LabProcess keepalived = keepalived();
        try {
            Awaitility.await("advertisements of VRRP")
                    .atMost(LIMIT)
                    .until(() ->
                            trace("carp", "-c", "4", "-i", "lan0").out().contains("VRRPv2-advertise vrid=" + VRID));
            for (int i = 0; i < 5; i++) {
                assertThat(trace("carp", "-c", "1").out().lines()).hasSize(1);
            }
        } finally {
            keepalived.terminate();
        }
    }

    @Test
    void sealedFramesAreOpenedByTheKeysAndKeptForWireshark() throws IOException {
        Path capture = pair.a.host().directory().resolve("sync.pcapng");
        String config = pair.a.carpd().configFile().toString();
        String lines = trace("pfsync", "-c", "8", "-w", capture.toString(), "--config", config)
                .out();
        assertThat(lines.lines()).hasSize(8).allMatch(line -> line.contains(" sync0 IP 192.0.2."));
        assertThat(lines).contains("heartbeat of fw-a", "heartbeat of fw-b").doesNotContain("sealed");

        String shown = Commands.run(
                        List.of(
                                "tshark",
                                "-r",
                                capture.toString(),
                                "-T",
                                "fields",
                                "-e",
                                "ip.proto",
                                "-e",
                                "frame.comment"),
                        "",
                        LIMIT)
                .orThrow()
                .out();
        assertThat(shown.lines()).hasSize(8).allMatch(line -> line.startsWith("240\t"));
        assertThat(shown).contains("heartbeat of fw-a");

        CommandResult keyless = trace("pfsync", "-c", "2", "--config", "/dev/null");
        assertThat(keyless.err()).contains("no keys in /dev/null: only the headers are shown");
        assertThat(keyless.out().lines()).hasSize(2).allMatch(line -> line.endsWith(": sealed"));
    }
}
