// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.traffic.Download;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The administrator edits the file of a running master. What the edit leaves alone goes on as if nothing had happened. */
class ReloadIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** A download that pauses for longer has missed something. */
    private static final Duration GAP_LIMIT = Duration.ofMillis(500);

    private static void edit(Firewall firewall, String from, String to) throws IOException {
        Path file = firewall.carpd().configFile();
        String before = Files.readString(file);
        String after = before.replace(from, to);
        assertThat(after).as("the file has " + from).isNotEqualTo(before);
        Files.writeString(file, after);
    }

    private static JsonNode vhid(Firewall firewall, String name) {
        for (JsonNode one : firewall.status().path("vhids")) {
            if (one.path("name").asText().equals(name)) {
                return one;
            }
        }
        throw new AssertionError("no vhid " + name);
    }

    private static String addresses(Firewall firewall) {
        return firewall.host().run("ip", "-o", "address").orThrow().out();
    }

    @Test
    void oneMoreAddressComesAndTheConnectionsNoticeNothing() throws IOException {
        try (Pair pair = Pair.inSync()) {
            Download download = pair.download(Duration.ofSeconds(6));
            edit(pair.a, "\"10.0.0.1/24\"", "\"10.0.0.1/24\", \"10.0.0.9/24\"");
            edit(pair.b, "\"10.0.0.1/24\"", "\"10.0.0.1/24\", \"10.0.0.9/24\"");
            CommandResult planned = pair.a.carpctl("reload", "--dry-run");
            assertThat(planned.exitStatus()).isZero();
            assertThat(planned.out())
                    .contains(
                            "would change",
                            "carp.lan.address: [\"10.0.0.1/24\"] -> [\"10.0.0.1/24\", \"10.0.0.9/24\"]");
            assertThat(addresses(pair.a)).doesNotContain("10.0.0.9/");
            pair.b.carpctl("reload").orThrow();
            assertThat(pair.a.carpctl("reload").orThrow().out()).contains("changed:", "carp.lan.address");
            Awaitility.await().atMost(LIMIT).until(() -> addresses(pair.a).contains("10.0.0.9/"));
            assertThat(pair.topology
                            .client()
                            .run("ping", "-c", "2", "-W", "1", "10.0.0.9")
                            .exitStatus())
                    .as("the client reaches the new address")
                    .isZero();
            assertThat(vhid(pair.a, "lan").path("transitions").asInt()).isEqualTo(2);
            assertThat(vhid(pair.a, "wan").path("transitions").asInt()).isEqualTo(2);
            pair.b.awaitState("backup", LIMIT);
            pair.assertSurvived(download, GAP_LIMIT);

            edit(pair.a, ", \"10.0.0.9/24\"", "");
            pair.a
                    .host()
                    .run("kill", "-HUP", Long.toString(pair.a.carpd().process().pid()))
                    .orThrow();
            Awaitility.await().atMost(LIMIT).until(() -> !addresses(pair.a).contains("10.0.0.9/"));
            assertThat(addresses(pair.a)).contains("10.0.0.1/");
        }
    }

    /** The control is the flow over UDP: it is not copied before, and the new one is not after. */
    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void filtersTheNameTheLimitsAndTheWebPagesChangeBesideConnections() throws IOException {
        try (Pair pair = Pair.inSync()) {
            Path file = pair.a.carpd().configFile();
            String first = Files.readString(file)
                    .replaceFirst("(bulkTimeout = .*)", "$1\nmaxupd = 64\n[pfsync.filter]\nprotocols = [\"tcp\"]");
            Files.writeString(file, first);
            assertThat(pair.a.carpctl("reload").orThrow().out())
                    .contains("changed:", "pfsync.filter.protocols", "pfsync.maxupd: 128 -> 64")
                    .doesNotContain("restart");
            Download download = pair.download(Duration.ofSeconds(8));
            sendUdp(pair, 5001);
            awaitFlow(pair.a, "dport=5001");
            assertThat(flows(pair.b)).contains("tcp").doesNotContain("dport=5001");

            Files.writeString(
                    file,
                    first.replace("protocols = [\"tcp\"]", "protocols = [\"udp\"]")
                            .replace("name     = \"fw-a\"", "name     = \"fw-x\"\nhostId   = \"" + hostId(pair.a) + '"')
                            .replaceFirst("http   = \"\"", "http   = \"127.0.0.1:8119\""));
            assertThat(pair.a.carpctl("reload").orThrow().out())
                    .contains("node.name: \"fw-a\" -> \"fw-x\"", "admin.http: \"\" -> \"127.0.0.1:8119\"")
                    .doesNotContain("restart");
            awaitFlow(pair.b, "dport=5001");
            sendUdp(pair, 5002);
            awaitFlow(pair.b, "dport=5002");
            Awaitility.await().atMost(LIMIT).until(() -> peerName(pair.b).equals("fw-x"));
            assertThat(pair.a
                            .host()
                            .run("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8119")
                            .exitStatus())
                    .as("the pages are served")
                    .isZero();
            pair.assertSurvived(download, GAP_LIMIT);
            assertThat(vhid(pair.a, "lan").path("transitions").asInt()).isEqualTo(2);
            assertThat(demotions(pair.a)).as("one at the start").isEqualTo(1);

            Files.writeString(file, first);
            assertThat(pair.a.carpctl("reload").orThrow().out()).contains("admin.http");
            assertThat(pair.a
                            .host()
                            .run("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8119")
                            .exitStatus())
                    .as("and no longer")
                    .isNotZero();
        }
    }

    private static void sendUdp(Pair pair, int port) {
        pair.topology
                .client()
                .run("bash", "-c", "echo hello >/dev/udp/203.0.113.100/" + port)
                .orThrow();
    }

    private static String flows(Firewall firewall) {
        return firewall.host().run("conntrack", "-L").orThrow().out();
    }

    private static void awaitFlow(Firewall firewall, String what) {
        Awaitility.await(what).atMost(LIMIT).until(() -> flows(firewall).contains(what));
    }

    private static long demotions(Firewall firewall) {
        return firewall.carpctl("events", "-n", "500")
                .out()
                .lines()
                .filter(line -> line.contains("carp: demoted by 240"))
                .count();
    }

    private static String hostId(Firewall firewall) {
        return firewall.status().path("hostId").asText();
    }

    private static String peerName(Firewall firewall) {
        return firewall.status()
                .path("pfsync")
                .path("peers")
                .path(0)
                .path("node")
                .asText();
    }

    @Test
    void aFaultyFileChangesNothingAndAFixedKeyIsNamed() throws IOException {
        try (Pair pair = Pair.inSync()) {
            String before = Files.readString(pair.a.carpd().configFile());
            edit(pair.a, "advskew", "advscew");
            CommandResult faulty = pair.a.carpctl("reload");
            assertThat(faulty.exitStatus()).isEqualTo(4);
            assertThat(faulty.err()).contains("nothing is changed", "advscew");
            // At the start it is waited for.
            Files.writeString(pair.a.carpd().configFile(), before.replace("\"sync.key\"", "\"gone.key\""));
            CommandResult absent = pair.a.carpctl("reload");
            assertThat(absent.exitStatus()).isEqualTo(4);
            assertThat(absent.err()).contains("nothing is changed", "gone.key cannot be read: no such file");
            Files.writeString(pair.a.carpd().configFile(), before.replace("\"sync0\"", "\"wan0\""));
            CommandResult fixed = pair.a.carpctl("reload").orThrow();
            assertThat(fixed.out())
                    .contains("needs a restart", "pfsync.syncdev: \"sync0\" -> \"wan0\" (the state channel");
            pair.awaitPreferredRoles("in-sync");
        }
    }

    /** The backup's {@code advskew}: an address that one node alone has would make the other take over after 3 s. */
    @Test
    void aChangeThatIsNotConfirmedGoesBackByItself() throws IOException {
        try (Pair pair = Pair.inSync()) {
            int before = advskew(pair.b);
            edit(pair.b, "advskew  = " + before, "advskew  = 77");
            assertThat(pair.b.carpctl("confirm").exitStatus()).isEqualTo(5);
            assertThat(pair.b.carpctl("reload", "--confirm", "2").orThrow().out())
                    .contains("carpctl confirm");
            Awaitility.await().atMost(LIMIT).until(() -> advskew(pair.b) == before);
            assertThat(pair.b.carpctl("events").out()).contains("not confirmed");
            pair.b.carpctl("reload", "--confirm", "600").orThrow();
            pair.b.carpctl("confirm").orThrow();
            assertThat(pair.b.carpctl("reload").orThrow().out()).contains("nothing has changed");
            assertThat(advskew(pair.b)).isEqualTo(77);
        }
    }

    private static int advskew(Firewall firewall) {
        return vhid(firewall, "lan").path("advskew").asInt();
    }

    @Test
    void aVirtualHostComesAndGoesBesideAMasterThatStays() throws IOException {
        try (Pair pair = Pair.inSync()) {
            String before = Files.readString(pair.a.carpd().configFile());
            Files.writeString(
                    pair.a.carpd().configFile(),
                    before + "\n[carp.more]\nvhid = 77\ncarpdev = \"lan0\"\npassFile = \"" + passFile(before)
                            + "\"\naddress = [\"10.0.0.77/24\"]\n");
            pair.a.carpctl("reload").orThrow();
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> addresses(pair.a).contains("10.0.0.77/")
                            && vhid(pair.a, "more").path("state").asText().equals("master"));
            Files.writeString(pair.a.carpd().configFile(), before);
            pair.a.carpctl("reload").orThrow();
            Awaitility.await().atMost(LIMIT).until(() -> !addresses(pair.a).contains("10.0.0.77/"));
            assertThat(pair.a.status().path("vhids").size()).isEqualTo(2);
            assertThat(vhid(pair.a, "lan").path("transitions").asInt()).isEqualTo(2);
        }
    }

    private static String passFile(String configuration) {
        return configuration.replaceAll("(?s).*?passFile\\s*=\\s*\"([^\"]+)\".*", "$1");
    }
}
