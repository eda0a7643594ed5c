// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.conntrack.io.ConntrackCounter;
import io.mirrorcarp.counter.Counter;
import io.mirrorcarp.daemon.control.FakeDaemon;
import io.mirrorcarp.daemon.web.WebCounter;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page as Prometheus asks for it, over HTTP. */
@Timeout(60)
class MetricsServerTest {
    private final Vertx vertx = Vertx.vertx();
    private final Measures measures = new Measures();
    private final HttpClient client = HttpClient.newHttpClient();
    private final MetricsServer server = new MetricsServer(new FakeDaemon(), measures, new LoopProbes(measures));
    private int port;

    @BeforeEach
    void start() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        vertx.deployVerticle(server).await();
        server.serve("127.0.0.1:" + port).await();
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    private HttpResponse<String> ask(String method, String path, String accept)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Accept", accept)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void statesAreValuesAndCountersHaveTheirHelp() throws Exception {
        measures.takeovers().add(TimeUnit.MILLISECONDS.toNanos(40));
        measures.web().increment(WebCounter.REQUESTS);
        measures.web().add(WebCounter.TOO_SLOW, 2);
        measures.bulkBegan(0);
        measures.bulkEnded(TimeUnit.SECONDS.toNanos(2));
        measures.transitions().count(new TransitionCounts.Transition("wan", 1, "wan0", "master", "master timed out"));
        HttpResponse<String> page = ask("GET", "/metrics", "application/openmetrics-text");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
        List<String> lines = page.body().lines().toList();
        assertThat(lines)
                .contains(
                        "carp_state{carpdev=\"wan0\",name=\"wan\",vhid=\"1\"} 1.0",
                        "carp_dual_master_total{carpdev=\"wan0\",name=\"wan\",vhid=\"1\"} 0.0",
                        "# TYPE carp_transitions counter",
                        "carp_transitions_total{carpdev=\"wan0\",name=\"wan\",reason=\"master timed out\",to=\"master\",vhid=\"1\"} 1.0",
                        "carp_demotion_source{source=\"pfsync-bulk\"} 240.0",
                        "pfsync_in_sync 0.0",
                        "pfsync_lag_seconds{node=\"fw-b\"} 0.004",
                        "conntrack_entries 31040.0",
                        "carpd_web_requests_total 1.0",
                        "carpd_web_refused_total{reason=\"too_slow\"} 2.0",
                        "carpd_web_refused_total{reason=\"cross_site\"} 0.0",
                        "# HELP carp_preempted " + CarpCounter.PREEMPTED.help(),
                        "# EOF");
        assertThat(page.body())
                .contains("carp_packets_discarded_total{carpdev=\"wan0\",reason=\"bad_auth\"} 3.0")
                .contains("carp_takeover_seconds_bucket{le=\"0.025\"} 0\n")
                .contains("carp_takeover_seconds_bucket{le=\"0.05\"} 1\n")
                .contains("carp_takeover_seconds_sum 0.04\n")
                .contains("carp_advertisement_lateness_seconds_count 0\n")
                .contains("carpd_event_loop_lag_seconds_count{loop=\"admin\"} 1\n")
                .contains("pfsync_bulk_duration_seconds 2.0\n")
                .contains("pfsync_packets_discarded_total{reason=\"replayed\"}")
                .contains("pfsync_messages_total{action=\"inserts\",direction=\"out\"}")
                .contains("pfsync_retransmits_total")
                .contains("conntrack_netlink_overruns_total");
    }

    /** The names that dashboards, rules and outside programs rely on; each with one of its labels where it has some. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "carp_state{carpdev=",
                "carp_transitions_total{carpdev=",
                "carp_advertisements_sent_total{family=",
                "carp_advertisements_received_total{family=",
                "carp_packets_discarded_total{carpdev=",
                "carp_demotion ",
                "carp_demotion_source{source=",
                "carp_takeover_seconds_bucket{le=",
                "carp_advertisement_lateness_seconds_bucket{le=",
                "carp_dual_master_total{carpdev=",
                "pfsync_in_sync ",
                "pfsync_lag_seconds{node=",
                "pfsync_acknowledgement_seconds_bucket{le=",
                "pfsync_messages_total{action=",
                "pfsync_packets_discarded_total{reason=",
                "pfsync_retransmits_total ",
                "pfsync_bulk_duration_seconds ",
                "conntrack_entries ",
                "conntrack_netlink_overruns_total ",
                "carpd_event_loop_lag_seconds_bucket{loop=",
                "carpd_config_peer_match{node="
            })
    void eachNameOfTheContractIsServed(String start) throws Exception {
        measures.bulkBegan(0);
        measures.bulkEnded(1);
        measures.transitions().count(new TransitionCounts.Transition("wan", 1, "wan0", "master", "master timed out"));
        assertThat(ask("GET", "/metrics", "application/openmetrics-text").body().lines())
                .anyMatch(line -> line.startsWith(start));
    }

    /** Every counter of the program is there, under the help of its own. */
    @Test
    void everyCounterIsServedWithItsHelp() throws Exception {
        String page = ask("GET", "/metrics", "application/openmetrics-text").body();
        List<Counter> counters = new ArrayList<>(List.of(PfsyncCounter.values()));
        counters.addAll(List.of(CarpCounter.values()));
        counters.addAll(List.of(ConntrackCounter.values()));
        for (Counter counter : counters) {
            String snake =
                    counter.label().replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
            String action = snake.replaceAll("_(in|out)$", "");
            assertThat(page)
                    .as(counter.label())
                    .containsAnyOf(
                            " " + counter.help() + "\n",
                            "reason=\"" + snake + "\"",
                            "action=\"" + action + "\"",
                            snake.contains("received") ? "carp_advertisements_received_total" : "no such metric",
                            snake.contains("sent") ? "carp_advertisements_sent_total" : "no such metric");
        }
    }

    @Test
    void aBrowserGetsPlainText() throws Exception {
        HttpResponse<String> page = ask("GET", "/metrics", "*/*");
        assertThat(page.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        assertThat(page.body()).contains("carp_demotion 240.0").doesNotContain("# EOF");
    }

    @Test
    void anotherAddressTakesThePlaceOfTheOneBefore() throws Exception {
        int before = port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        server.serve("127.0.0.1:" + port).await();
        assertThat(ask("GET", "/metrics", "*/*").statusCode()).isEqualTo(200);
        server.serve("").await();
        // A connection of another test may have the port for a moment.
        Awaitility.await("both are free").until(() -> isFree(before) && isFree(port));
    }

    private static boolean isFree(int port) {
        try (ServerSocket freed = new ServerSocket(port)) {
            return freed.isBound();
        } catch (IOException expected) {
            return false;
        }
    }

    @Test
    void nothingElseIsAnswered() throws Exception {
        assertThat(ask("GET", "/", "*/*").statusCode()).isEqualTo(404);
        assertThat(ask("GET", "/../etc/passwd", "*/*").statusCode()).isEqualTo(404);
        assertThat(ask("POST", "/metrics", "*/*").statusCode()).isEqualTo(405);
    }
}
