// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Debian's Prometheus on the client asks both nodes, with the rules that we ship. The topology is drawn at {@link Pair}. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PrometheusIT {
    private static final Path PROMETHEUS = Path.of("/usr/bin/prometheus");
    private static final Path RULES = Checkout.home().resolve("conf/prometheus");
    private static final String URL_A = "10.0.0.2:9712";
    private static final String URL_B = "10.0.0.3:9712";
    private static final String CONFIGURATION = """
            global: {scrape_interval: 1s, evaluation_interval: 1s}
            rule_files: ["%s/carpd.rules.yml"]
            scrape_configs:
              - {job_name: carpd, static_configs: [{targets: ["%s", "%s"]}]}
            """;

    private static Pair pair;

    @BeforeAll
    static void start() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(PROMETHEUS), "needs Prometheus: apt-get install prometheus");
        pair = Pair.of(settings -> settings);
        serveMetrics(pair.a, Topology.settingsA(), URL_A);
        serveMetrics(pair.b, Topology.settingsB(), URL_B);
        for (Firewall each : List.of(pair.a, pair.b)) {
            each.host()
                    .run("nft", "insert", "rule", "inet", "router", "input", "tcp", "dport", "9712", "accept")
                    .orThrow();
        }
        pair.start();
        pair.awaitPreferredRoles("in-sync");
        LabHost client = pair.topology.client();
        Path file = client.directory().resolve("prometheus.yml");
        Files.writeString(file, CONFIGURATION.formatted(RULES, URL_A, URL_B));
        client.spawn(
                "prometheus",
                PROMETHEUS.toString(),
                "--config.file=" + file,
                "--storage.tsdb.path=" + client.directory().resolve("tsdb"),
                "--web.listen-address=127.0.0.1:9090",
                "--log.level=warn");
    }

    @AfterAll
    static void stop() {
        if (pair != null) {
            pair.close();
        }
    }

    private static void serveMetrics(Firewall firewall, CarpdSettings settings, String address) {
        String toml = settings.toml(firewall.carpd().socket());
        int table = toml.indexOf("[metrics]");
        firewall.carpd()
                .configure(toml.substring(0, table) + toml.substring(table).replace("\"\"", "\"" + address + "\""));
    }

    private static String get(String url) {
        return pair.topology.client().call(() -> {
            try (InputStream answer = URI.create(url).toURL().openStream()) {
                return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return "";
            }
        });
    }

    private static JsonNode ask(String path) {
        try {
            return new ObjectMapper()
                    .readTree(get("http://127.0.0.1:9090/api/v1/" + path))
                    .path("data");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isFiring(String alert, String instance) {
        for (JsonNode one : ask("alerts").path("alerts")) {
            if (one.path("labels").path("alertname").asText().equals(alert)
                    && one.path("labels").path("instance").asText().equals(instance)
                    && one.path("state").asText().equals("firing")) {
                return true;
            }
        }
        return false;
    }

    private static void promtool(String... words) {
        List<String> line = new java.util.ArrayList<>(List.of("promtool"));
        line.addAll(List.of(words));
        CommandResult result = pair.topology.client().run(line.toArray(String[]::new));
        assertThat(result.exitStatus()).as(result.toString()).isZero();
    }

    @Test
    @Order(1)
    void theRulesAreSoundAndFireWhenTheyShould() {
        promtool("check", "rules", RULES.resolve("carpd.rules.yml").toString());
        promtool("test", "rules", RULES.resolve("carpd.rules.test.yml").toString());
    }

    @Test
    @Order(2)
    void promtoolFindsNothingInThePage() throws IOException {
        Path page = pair.topology.client().directory().resolve("metrics");
        Files.writeString(page, get("http://" + URL_B + "/metrics"));
        CommandResult result = pair.topology.client().run("sh", "-c", "promtool check metrics < " + page);
        assertThat(result.exitStatus()).as(result.toString()).isZero();
        assertThat(result.out() + result.err()).isEmpty();
    }

    @Test
    @Order(3)
    void bothNodesAreAskedAndExactlyOneIsMasterOfEach() {
        Awaitility.await("both are up")
                .atMost(Duration.ofSeconds(30))
                .until(() -> ask("query?query=sum(up%7Bjob=%22carpd%22%7D)")
                        .path("result")
                        .path(0)
                        .path("value")
                        .path(1)
                        .asText()
                        .equals("2"));
        JsonNode masters =
                ask("query?query=sum%20by%20(vhid)%20(carp_state==bool%202)").path("result");
        assertThat(masters)
                .hasSize(2)
                .allSatisfy(
                        vhid -> assertThat(vhid.path("value").path(1).asText()).isEqualTo("1"));
        assertThat(isFiring("CarpFailover", URL_B))
                .as("control: nothing has happened yet")
                .isFalse();
    }

    @Test
    @Order(4)
    void aFailoverFiresAnAlert() {
        pair.a.powerLoss();
        Awaitility.await("the alert of the failover")
                .atMost(Duration.ofSeconds(20))
                .until(() -> isFiring("CarpFailover", URL_B));
        String page = Awaitility.await("the first advertisement of the new master")
                .until(
                        () -> get("http://" + URL_B + "/metrics"),
                        text -> text.matches("(?s).*carp_advertisement_lateness_seconds_count [1-9].*"));
        assertThat(page)
                .contains("carp_takeover_seconds_count 2")
                .contains("carp_state{carpdev=\"wan0\",name=\"wan\",vhid=\"1\"} 2.0")
                .containsPattern("carp_transitions_total\\{.*to=\"master\"")
                .containsPattern("carp_packets_discarded_total\\{carpdev=\"wan0\",reason=\"bad_auth\"} 0")
                .containsPattern("carpd_event_loop_lag_seconds_bucket\\{loop=\"election\",")
                .containsPattern("pfsync_bulk_duration_seconds [0-9]");
        Awaitility.await("the alert of the dead node")
                .atMost(Duration.ofSeconds(30))
                .until(() -> isFiring("CarpNodeDown", URL_A));
    }
}
