// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.net.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Each fault is made on a pair that works, is named by {@code carpctl doctor} with what to do, and is gone from its answer when it is mended. */
class DoctorIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void faultsOfTheHostAreNamedAndGoneWhenTheyAreMended() throws IOException {
        try (Pair pair = Pair.inSync()) {
            assertThat(codes(pair.a))
                    .as("a pair that works: " + doctor(pair.a).out())
                    .isEmpty();
            CommandResult well = carpctl(pair.a, "doctor");
            assertThat(well.exitStatus()).isZero();
            assertThat(well.out()).contains("nothing to mend").contains("clock");

            settingIsFound(pair.a, "net.ipv4.ip_forward", "0", "1", "forwarding-off");
            settingIsFound(pair.a, "net.netfilter.nf_conntrack_tcp_loose", "1", "0", "tcp-loose");
            whatSilencesAddressesIsFound(pair.b);
            addressByHandIsFound(pair.b);
            pair.a
                    .host()
                    .run("nft", "delete", "chain", "inet", "router", "postrouting")
                    .orThrow();
            assertThat(codes(pair.a)).containsExactly("no-nat-hook");
        }
    }

    /** Such a node is demoted as well, until that is mended. */
    private static void whatSilencesAddressesIsFound(Firewall backup) throws IOException {
        backup.host().sysctl("net.ipv4.conf.all.arp_ignore=8");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> codes(backup).containsAll(List.of("arp-ignore", "demoted")));
        assertThat(carpctl(backup, "doctor").out()).contains("sysctl -w net.ipv4.conf.all.arp_ignore");
        backup.host().sysctl("net.ipv4.conf.all.arp_ignore=0");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> codes(backup).isEmpty());
    }

    private static void addressByHandIsFound(Firewall backup) throws IOException {
        backup.host().namespace().ip("address", "add", "203.0.113.1/32", "dev", "lo");
        assertThat(codes(backup)).contains("address-by-hand");
        assertThat(carpctl(backup, "doctor").out()).contains("ip address del 203.0.113.1 dev lo");
        backup.host().namespace().ip("address", "del", "203.0.113.1/32", "dev", "lo");
        assertThat(codes(backup)).doesNotContain("address-by-hand");
    }

    private static void settingIsFound(Firewall firewall, String name, String wrong, String right, String code)
            throws IOException {
        firewall.host().sysctl(name + "=" + wrong);
        CommandResult found = carpctl(firewall, "doctor");
        assertThat(found.exitStatus()).isEqualTo(1);
        assertThat(found.out()).contains(name).contains("sysctl -w " + name);
        assertThat(codes(firewall)).containsExactly(code);
        firewall.host().sysctl(name + "=" + right);
        assertThat(codes(firewall)).isEmpty();
    }

    @Test
    void aRivalOnTheHostIsNamed() throws IOException {
        try (Pair pair = Pair.inSync()) {
            CommandResult copy = pair.a
                    .host()
                    .run(
                            "sh",
                            "-c",
                            "cp \"$(command -v sleep)\" /tmp/$$.d && mkdir /tmp/$$.e"
                                    + " && mv /tmp/$$.d /tmp/$$.e/keepalived && echo /tmp/$$.e");
            String directory = copy.orThrow().out().strip();
            try {
                pair.a
                        .host()
                        .run("sh", "-c", directory + "/keepalived 30 >/dev/null 2>&1 & echo $!")
                        .orThrow();
                Awaitility.await()
                        .atMost(Duration.ofSeconds(5))
                        .until(() -> codes(pair.a).contains("other-daemon"));
                assertThat(doctor(pair.a).out()).contains("keepalived (pid ");
            } finally {
                pair.a.host().run("rm", "-r", directory).orThrow();
            }
        }
    }

    @Test
    void aSilentPeerMaintenanceAndADemotionAreNamed() throws IOException {
        try (Pair pair = Pair.inSync()) {
            pair.b.kill();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> codes(pair.a).contains("sync-lost"));
            carpctl(pair.a, "demote", "10", "--reason", "painting the rack").orThrow();
            assertThat(doctor(pair.a).out()).contains("painting the rack");
            assertThat(codes(pair.a)).contains("demoted");
        }
    }

    @Test
    void aPeerThatCannotTakeOverAndAnotherAddressListAreNamed() throws IOException {
        try (Pair pair = Pair.inSync()) {
            pair.b.host().sysctl("net.ipv4.ip_forward=0");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() ->
                            codes(carpctl(pair.a, "doctor", "--json", "--peer")).contains("peer-not-ready"));
            assertThat(carpctl(pair.a, "doctor", "--peer").out()).contains("fw-b: net.ipv4.ip_forward is 0");
            assertThat(codes(pair.a)).as("without --peer").isEmpty();
            Path file = pair.b.carpd().configFile();
            Files.writeString(
                    file, Files.readString(file).replace("\"10.0.0.1/24\"", "\"10.0.0.1/24\", \"10.0.0.9/24\""));
            carpctl(pair.b, "reload").orThrow();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> codes(pair.a).contains("address-lists"));
        }
    }

    @Test
    void withoutADaemonTheHostAndTheFileAreLookedAt() throws IOException {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            String file = pair.a.carpd().configFile().toString();
            pair.a.host().sysctl("net.ipv4.ip_forward=0");
            List<String> codes = codes(carpctl(pair.a, "doctor", "--json", "--config", file));
            assertThat(codes).contains("no-daemon", "forwarding-off");
            assertThat(codes(carpctl(pair.a, "doctor", "--json", "--config", "/nonexistent/carpd.toml")))
                    .containsExactly("no-daemon", "configuration");
        }
    }

    private static CommandResult doctor(Firewall firewall) {
        return carpctl(firewall, "doctor", "--json");
    }

    private static List<String> codes(Firewall firewall) throws IOException {
        return codes(doctor(firewall));
    }

    private static List<String> codes(CommandResult doctor) throws IOException {
        JsonNode report = JSON.readTree(doctor.out());
        assertThat(report.path("schema").asInt()).isEqualTo(1);
        List<String> codes = new ArrayList<>();
        for (JsonNode finding : report.path("findings")) {
            assertThat(finding.path("severity").asText()).isIn("error", "warning");
            assertThat(finding.path("todo").asText()).isNotBlank();
            codes.add(finding.path("code").asText());
        }
        assertThat(doctor.exitStatus()).isEqualTo(codes.isEmpty() ? 0 : 1);
        return codes;
    }

    private static CommandResult carpctl(Firewall firewall, String... arguments) {
        return firewall.carpctl(arguments);
    }
}
