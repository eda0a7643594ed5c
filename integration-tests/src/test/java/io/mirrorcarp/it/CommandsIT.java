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
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What programs rely on: the names and kinds of the fields of each {@code --json}, and the exit statuses, on a pair that runs. */
class CommandsIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Pair pair;

    @BeforeAll
    static void start() {
        pair = Pair.inSync();
    }

    /** A method may have demoted a node, and its peer hears of the end a little later. */
    @BeforeEach
    void awaitReadiness() {
        for (Firewall firewall : List.of(pair.a, pair.b)) {
            firewall.await(
                    "ready, its peer too",
                    status -> status.path("failoverReady").asBoolean()
                            && status.path("pfsync")
                                    .path("peers")
                                    .path(0)
                                    .path("ready")
                                    .asBoolean(),
                    Duration.ofSeconds(20));
        }
    }

    @AfterAll
    static void stop() {
        pair.close();
    }

    private static JsonNode json(Firewall firewall, String... arguments) throws IOException {
        return JSON.readTree(firewall.carpctl(arguments).orThrow().out());
    }

    /** Each line of the list is a path and the kind of its value; a number in a path is a place in an array. */
    private static void assertFields(JsonNode root, String fields) {
        fields.lines().filter(line -> !line.isBlank()).forEach(line -> {
            String[] words = line.strip().split("\\s+", -1);
            JsonNode node = root;
            for (String step : words[0].split("\\.", -1)) {
                node = step.matches("[0-9]+") ? node.path(Integer.parseInt(step)) : node.path(step);
            }
            assertThat(node.getNodeType().toString().toLowerCase(java.util.Locale.ROOT))
                    .as("%s in %s", words[0], root)
                    .isEqualTo(words[1]);
        });
    }

    @Test
    void theStatusHasItsFields() throws IOException {
        pair.b.carpctl("demote", "10", "--reason", "painting the rack").orThrow();
        try {
            assertFields(json(pair.b, "status", "--json"), """
                    schema                             number
                    node                               string
                    hostId                             string
                    uptimeSeconds                      number
                    failoverReady                      boolean
                    failoverBlockedBy                  array
                    demotion                           number
                    suppressPreempt                    number
                    maintenance                        boolean
                    demotionSources.0.source           string
                    demotionSources.0.value            number
                    demotionSources.0.sinceSeconds     number
                    demotionSources.0.reason           string
                    vhids.0.name                       string
                    vhids.0.vhid                       number
                    vhids.0.carpdev                    string
                    vhids.0.state                      string
                    vhids.0.advbase                    number
                    vhids.0.advskew                    number
                    vhids.0.advertisedAdvskew          number
                    vhids.0.addresses.0                string
                    vhids.0.sinceSeconds               number
                    vhids.0.reason                     string
                    vhids.0.transitions                number
                    vhids.0.peers.0.address            string
                    vhids.0.peers.0.advskew            number
                    vhids.0.peers.0.lastSeenSeconds    number
                    pfsync.state                       string
                    pfsync.syncdev                     string
                    pfsync.peers.0.node                string
                    pfsync.peers.0.hostId              string
                    pfsync.peers.0.address             string
                    pfsync.peers.0.state               string
                    pfsync.peers.0.lastSeenSeconds     number
                    pfsync.peers.0.lagMillis           number
                    pfsync.peers.0.idle                boolean
                    pfsync.peers.0.entries             number
                    pfsync.peers.0.digestMatches       boolean
                    pfsync.peers.0.ready               boolean
                    pfsync.peers.0.notReadyBecause     array
                    pfsync.peers.0.version             string
                    pfsync.peers.0.frameVersion        number
                    pfsync.bulk.running                boolean
                    pfsync.bulk.received               number
                    pfsync.bulk.expected               number
                    conntrack.entries                  number
                    conntrack.limit                    number
                    """);
        } finally {
            pair.b.carpctl("demote", "--reset").orThrow();
        }
    }

    @Test
    void theStatsHaveTheirCounters() throws IOException {
        JsonNode stats = json(pair.a, "stats", "--json");
        counters(
                stats,
                "carp",
                "packetsReceived packetsReceived6 badInterface badTtl shortHeader badSum badVersion badLength badAuth badVhid"
                        + " replayed packetsSent packetsSent6 sendErrors preempted");
        counters(
                stats,
                "pfsync",
                "packetsReceived packetsReceived6 badInterface badTtl shortHeader badVersion badAuth badAction badLength"
                        + " badValues badState stale replayed packetsSent packetsSent6 sendErrors retransmits insertsIn"
                        + " insertsOut updatesIn updatesOut deletesIn deletesOut");
        counters(stats, "conntrack", "events overruns created updated deleted failed");
        assertThat(stats.path("carp").path("packetsSent").asLong()).isPositive();
        assertThat(json(pair.a, "stats", "-p", "carp", "--json")
                        .path("carp")
                        .path("packetsSent")
                        .isNumber())
                .isTrue();
    }

    private static void counters(JsonNode stats, String group, String names) {
        for (String name : names.split(" ", -1)) {
            assertThat(stats.path(group).path(name).isIntegralNumber())
                    .as(group + "." + name)
                    .isTrue();
        }
    }

    @Test
    void eventsAndStatesAreOneObjectALine() throws IOException {
        List<String> events = pair.a
                .carpctl("events", "-n", "5", "--json")
                .orThrow()
                .out()
                .lines()
                .toList();
        assertThat(events).hasSize(5);
        for (String line : events) {
            assertThat(JSON.readTree(line).path("message").isTextual()).as(line).isTrue();
        }
        pair.topology
                .client()
                .run("bash", "-c", "echo hello >/dev/udp/203.0.113.100/5001")
                .orThrow();
        List<String> states = Awaitility.await("the flow")
                .atMost(Duration.ofSeconds(10))
                .until(
                        () -> pair.a
                                .carpctl("states", "--proto", "udp", "--dport", "5001", "--json")
                                .orThrow()
                                .out()
                                .lines()
                                .toList(),
                        found -> !found.isEmpty());
        assertThat(JSON.readTree(states.get(0)).isObject()).isTrue();
        assertThat(pair.a
                        .carpctl("states", "--proto", "sctp", "--json")
                        .orThrow()
                        .out())
                .isBlank();
    }

    @Test
    void theDoctorHasASchema() throws IOException {
        JsonNode report = JSON.readTree(pair.a.carpctl("doctor", "--json").out());
        assertFields(report, "schema number\nfindings array");
    }

    @ParameterizedTest
    @ValueSource(strings = {"allow", "preempt", "log", "arpbalance", "suppress_preempt", "demotion"})
    void aSysctlIsReadByItsName(String name) {
        assertThat(pair.a
                        .carpctl("sysctl", "net.inet.carp." + name)
                        .orThrow()
                        .out()
                        .strip())
                .matches("net\\.inet\\.carp\\." + name + "(=|: )-?[0-9]+");
    }

    /** A line, its exit status, and a word of what it says. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    status                              | 0 | Failover ready
                    check                               | 0 | OK
                    version                             | 0 | carpd
                    pfsync verify                       | 0 | equal
                    config diff --peer                  | 0 | every setting that matters is the same
                    reload --dry-run                    | 0 | nothing has changed
                    states --missing                    | 0 | ''
                    statsu                              | 2 | did you mean
                    stats -p ip                         | 2 | carp, pfsync, conntrack
                    demote 300 --reason x               | 2 | 1 to 255
                    maintenance perhaps                 | 2 | on, off
                    vhid wan sideways                   | 2 | down, up, master, backup
                    vhid nobody down                    | 1 | nobody
                    sysctl net.inet.carp.nothing        | 2 | net.inet.carp
                    sysctl net.inet.carp.demotion=x     | 2 | demotion
                    failover --wait soon                | 2 | duration
                    demote 5 --reason x --for long      | 2 | duration
                    states --src 1.2.3                  | 2 | 1.2.3
                    states --dport 99999                | 2 | 99999
                    config check /nonexistent           | 4 | /nonexistent
                    confirm                             | 5 | no change
                    """)
    void aLineHasItsExitStatusAndSaysWhy(String line, int status, String word) {
        CommandResult result = pair.a.carpctl(line.split(" ", -1));
        assertThat(result.exitStatus()).as(result.out() + result.err()).isEqualTo(status);
        assertThat(result.out() + result.err())
                .contains(word)
                .doesNotContain("Exception")
                .doesNotContain("\tat ");
    }

    @Test
    void aBackupHandsNothingOver() {
        CommandResult result = pair.b.carpctl("failover");
        assertThat(result.exitStatus()).isEqualTo(5);
        assertThat(result.err()).contains("master of nothing");
    }

    @Test
    void aFaultyFileIsNamedByLineAndColumn() throws IOException {
        Path file = Files.writeString(
                pair.a.host().directory().resolve("faulty.toml"), "[carp.wan]\nvhid = 300\ncarpdev = \"wan7\"\n");
        CommandResult result = pair.a.carpctl("config", "check", file.toString());
        assertThat(result.exitStatus()).isEqualTo(4);
        assertThat(result.out() + result.err())
                .contains("faulty.toml:2:1: vhid")
                .contains("faulty.toml:3:1: there is no interface \"wan7\"");
    }
}
