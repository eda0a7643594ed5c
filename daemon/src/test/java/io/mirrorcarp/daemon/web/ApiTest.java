// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.daemon.control.Commands;
import io.mirrorcarp.daemon.host.SomeDevice;
import io.mirrorcarp.daemon.host.TrialFile;
import io.mirrorcarp.proto.control.Request;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the interface answers, held against carpctl and against its own description. */
@Timeout(60)
class ApiTest {
    @TempDir
    private Path directory;

    private WebBed bed;
    private Set<PosixFilePermission> rights;

    @BeforeEach
    void start() throws IOException {
        bed = WebBed.onLoopback(directory);
        rights = Files.getPosixFilePermissions(file());
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private String carpctl(Request.Builder request) {
        return new Commands(bed.daemon).run(request.build()).await().out();
    }

    private HttpResponse<String> act(String action, String body) {
        return bed.send(
                bed.post("/api/v1/actions/" + action, body).header("Authorization", "Bearer " + WebBed.OPERATOR_TOKEN));
    }

    @Test
    void theWordsAreThoseOfCarpctl() {
        assertThat(bed.send(bed.request("/api/v1/status")).body())
                .isEqualTo(carpctl(Request.newBuilder()
                        .setStatus(Request.Status.newBuilder().setJson(true))));
        assertThat(bed.send(bed.request("/api/v1/doctor")).body())
                .isEqualTo(carpctl(Request.newBuilder()
                        .setDoctor(Request.Doctor.newBuilder().setJson(true))));
        JsonObject stats = bed.get("/api/v1/stats");
        stats.remove("web");
        assertThat(stats)
                .isEqualTo(new JsonObject(carpctl(
                        Request.newBuilder().setStats(Request.Stats.newBuilder().setJson(true)))));
        assertThat(bed.send(bed.request("/api/v1/states?missing=true&on=fw-b")).body())
                .isEqualTo(carpctl(Request.newBuilder()
                        .setMissingStates(
                                Request.MissingStates.newBuilder().setJson(true).setOn("fw-b"))));
    }

    @Test
    void thePeersAreThoseOfBothProtocols() {
        JsonObject peers = bed.get("/api/v1/peers");
        assertThat(peers.getJsonArray("peers").getJsonObject(0).getString("node"))
                .isEqualTo("fw-b");
        assertThat(peers.getJsonArray("advertisers").getJsonObject(0).getString("name"))
                .isEqualTo("wan");
        assertThat(peers.getJsonArray("statuses")).containsExactly(new JsonObject(WebBed.PEER_STATUS));
    }

    @Test
    void whatOnlyThePeersHoldIsTold() {
        JsonObject answer = bed.get("/api/v1/states?missing=here");
        assertThat(answer.getJsonArray("peers")).containsExactly(new JsonObject(WebBed.PEER_LACK));
    }

    @Test
    void whatHappenedOnThePeersIsTold() {
        JsonObject answer = bed.get("/api/v1/peers/events");
        assertThat(answer.getJsonArray("peers")).containsExactly(new JsonObject(WebBed.PEER_EVENTS));
    }

    @Test
    void theNamesOfCountersAreExplained() {
        JsonObject all = bed.get("/api/v1/counters");
        JsonObject stats = bed.get("/api/v1/stats");
        for (String part : stats.fieldNames()) {
            assertThat(all.getJsonObject(part).fieldNames())
                    .as(part)
                    .isEqualTo(stats.getJsonObject(part).fieldNames());
        }
        assertThat(all.getJsonObject("carp").getJsonObject("badAuth").getString("words"))
                .isEqualTo("discarded for bad authentication");
    }

    @Test
    void theConfigurationIsShownAndChecked() {
        JsonObject shown = bed.get("/api/v1/config");
        assertThat(shown.getString("running")).contains("advskew = 0").doesNotContain("pass phrase");
        assertThat(shown.getBoolean("fileIsRunning")).isTrue();
        assertThat(shown.getJsonArray("faults")).isEmpty();
        String text = shown.getString("running");
        assertThat(check(text).getJsonArray("faults")).isEmpty();
        JsonObject faults = check(text.replace("vhid = 1", "vhid = 256").replace(SomeDevice.name(), "no-such"));
        assertThat(faults.getJsonArray("faults")).hasSize(2);
        assertThat(faults.getJsonArray("faults").getJsonObject(0).getString("message"))
                .contains("from 1 to 255");
        assertThat(faults.getJsonArray("faults").getJsonObject(0).getInteger("line"))
                .isGreaterThan(1);
    }

    @Test
    void statesComeInPagesAndByTheirEnds() {
        bed.daemon.states = 250;
        JsonObject first = bed.get("/api/v1/states?limit=100&offset=200");
        assertThat(first.getJsonArray("states")).hasSize(50);
        assertThat(first.getBoolean("more")).isFalse();
        assertThat(first.getJsonArray("states").getJsonObject(0).getInteger("sport"))
                .isEqualTo(1024 + 200);
        assertThat(bed.get("/api/v1/states?limit=100").getBoolean("more")).isTrue();
        assertThat(bed.get("/api/v1/states?owner=fw-b&limit=500").getJsonArray("states"))
                .hasSize(83);
        // 203.0.113.1 is only behind the translation.
        assertThat(bed.get("/api/v1/states?address=203.0.113.0/24&port=1030").getJsonArray("states"))
                .hasSize(1);
        assertThat(bed.get("/api/v1/states?address=203.0.113.9").getJsonArray("states"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "limit=0 | limit must be a whole number from 1 to 500",
                "offset=x | offset must be a whole number from 0 to 100000000",
                "address=10.0.0.300 | address must be an address or a prefix, such as 10.0.0.7, 10.0.0.0/24 or 2001:db8::/32, not 10.0.0.300",
                "port=70000 | port must be a whole number from 0 to 65535, not 70000",
                "srcc=10.0.0.7 | it takes no parameter \"srcc\": there is src, dst, sport, dport, proto, zone, mark, owner, address, port, offset, limit, missing, on",
                "src=10.0.0.7&src=10.0.0.8 | src is given twice",
                "missing=yes | missing must be true or here, not yes",
                "missing=true&src=10.0.0.7 | src does not go with missing",
                "missing=here&on=fw-b | on goes with missing=true only",
                "on=fw-b | on goes with missing=true only",
                "proto=nonsense | proto must be tcp, udp, icmp, icmpv6, sctp, dccp, udplite, gre or a number from 0 to 255, not nonsense",
            })
    void aFilterThatIsWrongIsSaid(String query, String sentence) {
        HttpResponse<String> response = bed.send(bed.request("/api/v1/states?" + query));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(response.body()).getString("error")).isEqualTo(sentence);
    }

    /** An escape that is none is the fault of who sends it. */
    @Test
    void aQueryThatIsNoneIsSaid() throws IOException {
        assertThat(Raw.answer(
                        bed.port,
                        "GET /api/v1/states?src=%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400 ")
                .contains("its query is not one");
    }

    /** A filter of what is deleted stands in the body; whoever puts it elsewhere must not delete all. */
    @Test
    void aFilterInTheQueryDeletesNothing() {
        assertThat(act("flush?src=10.0.0.7", "{}").statusCode()).isEqualTo(400);
        assertThat(bed.daemon.told).isEmpty();
    }

    @Test
    void whatIsAskedForByHeadHasNoBodyAndEnds() {
        for (String path : List.of("/", "/api/v1/status", "/api/v1/events", "/api/v1/openapi.json")) {
            HttpResponse<String> response = bed.send(bed.request(path).method("HEAD", BodyPublishers.noBody()));
            assertThat(response.statusCode()).as(path).isEqualTo(200);
            assertThat(response.body()).as(path).isEmpty();
            assertThat(response.headers().firstValue("Content-Type")).as(path).isPresent();
        }
        assertThat(bed.get("/api/v1/stats").getJsonObject("web").getLong("streams"))
                .as("streams that a HEAD opened")
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"/, 'GET, HEAD'", "/app.js, 'GET, HEAD'", "/api/v1/status, 'GET, HEAD'", "/api/v1/login, POST"})
    void otherMethodsAreToldWhichThereAre(String path, String allowed) {
        for (String method : List.of("OPTIONS", "PUT", "DELETE", "PATCH")) {
            HttpResponse<String> response = bed.send(bed.request(path).method(method, BodyPublishers.noBody()));
            assertThat(response.statusCode()).as(method).isEqualTo(405);
            assertThat(response.headers().firstValue("Allow")).contains(allowed);
        }
    }

    /** As a proxy sends it that weakens tags, in a list, and for what is zipped another one. */
    @Test
    void aPageThatTheBrowserHasIsNotSentAgain() {
        HttpResponse<String> plain = bed.send(bed.request("/app.js"));
        HttpResponse<String> zipped = bed.send(bed.request("/app.js").header("Accept-Encoding", "br, gzip;q=0.5"));
        String tag = plain.headers().firstValue("ETag").orElseThrow();
        assertThat(zipped.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(zipped.headers().firstValue("ETag")).isPresent().isNotEqualTo(Optional.of(tag));
        for (String known : List.of(tag, "W/" + tag, "\"other\", W/" + tag, "*")) {
            HttpResponse<String> again = bed.send(bed.request("/app.js").header("If-None-Match", known));
            assertThat(again.statusCode()).as(known).isEqualTo(304);
            assertThat(again.body()).isEmpty();
        }
        assertThat(bed.send(bed.request("/app.js").header("If-None-Match", "\"other\""))
                        .statusCode())
                .isEqualTo(200);
        assertThat(bed.send(bed.request("/app.js").header("Accept-Encoding", "gzip;q=0"))
                        .headers()
                        .firstValue("Content-Encoding"))
                .isEmpty();
    }

    @Test
    void statesAreDeletedByAFilterAndNeverAllOfThem() {
        assertThat(new JsonObject(act("delete", "{\"sport\":1025,\"proto\":\"tcp\"}")
                                .body())
                        .getString("text"))
                .isEqualTo("deleted 1 state here and on the peers\n");
        assertThat(act("delete", "{}").statusCode()).isEqualTo(400);
        assertThat(act("delete", "{\"src\":\"0.0.0.0/0\",\"x\":1}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void allStatesAreDeletedByFlushOnly() {
        assertThat(new JsonObject(act("flush", "{}").body()).getString("text"))
                .isEqualTo("deleted 3 states here and on the peers\n");
    }

    @Test
    void aChangeIsWrittenTriedAndKept() throws IOException {
        String before = writtenPassword();
        JsonObject applied = new JsonObject(
                apply(shown().replace("vhid = 1", "vhid = 9"), 30).body());
        assertThat(applied.getBoolean("ok")).as(applied.encode()).isTrue();
        assertThat(applied.getInteger("seconds")).isEqualTo(30);
        assertThat(bed.daemon.told).contains("reload --confirm 30");
        assertThat(Files.readString(file())).isEqualTo(before.replace("vhid = 1", "vhid = 9"));
        assertThat(operate(bed.post("/api/v1/config/confirm", "{}")).statusCode())
                .isEqualTo(200);
        assertThat(Files.readString(file())).contains("vhid = 9");
        assertThat(new TrialFile(file().toString()).takeBack())
                .as("the next start takes it back")
                .isFalse();
    }

    /** The daemon behind it does not change, as one that has gone back by itself. */
    @Test
    void aChangeThatNobodyKeepsLeavesTheFileAsItWas() throws IOException {
        String before = Files.readString(file());
        bed.unconfirmed.set(true);
        // No other change comes between, nor one by carpctl reload --confirm.
        assertThat(apply(before, 5).statusCode()).isEqualTo(409);
        bed.unconfirmed.set(false);
        apply(before.replace("vhid = 1", "vhid = 9"), 5);
        bed.unconfirmed.set(true);
        assertThat(Files.readString(file())).contains("vhid = 9");
        assertThat(apply(before.replace("vhid = 1", "vhid = 8"), 5).statusCode())
                .isEqualTo(409);
        bed.unconfirmed.set(false);
        await("the file goes back").until(() -> Files.readString(file()).equals(before));
        assertThat(apply(before.replace("vhid = 1", "vhid = 7"), 5).statusCode())
                .isEqualTo(200);
    }

    /** carpd is stopped, or the power fails, before anybody has confirmed it. */
    @Test
    void aStartTakesBackWhatNobodyKept() throws IOException {
        String before = Files.readString(file());
        apply(before.replace("vhid = 1", "vhid = 9"), 30);
        assertThat(new TrialFile(file().toString()).takeBack()).isTrue();
        assertThat(Files.readString(file())).isEqualTo(before);
        assertThat(Files.getPosixFilePermissions(file())).isEqualTo(rights);
    }

    @Test
    void whatTheDaemonWouldNotTakeIsNotWritten() throws IOException {
        String before = writtenPassword();
        HttpResponse<String> faulty = apply(before.replace("vhid = 1", "vhid = 256"), 5);
        assertThat(faulty.statusCode()).isEqualTo(422);
        assertThat(faulty.body()).contains("nothing is changed", "from 1 to 255");
        HttpResponse<String> copied = apply(
                shown() + "[carp.lan]\nvhid = 2\ncarpdev = \"" + SomeDevice.name()
                        + "\"\naddress = [\"203.0.113.2/24\"]\npass = \"********\"\n",
                5);
        assertThat(copied.statusCode()).isEqualTo(422);
        assertThat(copied.body()).contains("stands for no password here");
        assertThat(Files.readString(file())).isEqualTo(before);
        assertThat(bed.daemon.told).isEmpty();
    }

    private Path file() {
        return directory.resolve("carpd.toml");
    }

    private String shown() {
        return new JsonObject(operate(bed.request("/api/v1/config/file")).body()).getString("text");
    }

    /** The file, with a password in it, which the page is not shown. */
    private String writtenPassword() throws IOException {
        String text = Files.readString(file()).replace("passFile = \"carp.key\"", "pass = \"a secret\" # of old");
        Files.writeString(file(), text);
        assertThat(shown()).contains("pass = \"********\" # of old").doesNotContain("a secret");
        return text;
    }

    private HttpResponse<String> apply(String text, int seconds) {
        JsonObject body = new JsonObject().put("text", text).put("seconds", seconds);
        return operate(bed.post("/api/v1/config/apply", body.encode()));
    }

    private HttpResponse<String> operate(java.net.http.HttpRequest.Builder request) {
        return bed.send(request.header("Authorization", "Bearer " + WebBed.OPERATOR_TOKEN));
    }

    private JsonObject check(String text) {
        HttpResponse<String> response = bed.send(bed.post(
                        "/api/v1/config/check",
                        new JsonObject().put("text", text).encode())
                .header("Authorization", "Bearer " + WebBed.OPERATOR_TOKEN));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "maintenance | {\"on\":true,\"reason\":\"new disk\"} | maintenance on new disk",
                "maintenance | {\"on\":false} | maintenance off",
                "maintenance | {\"on\":true,\"reason\":\"disk\",\"force\":true} | maintenance on disk by force",
                "disable | {\"on\":true} | sysctl ALLOW 0",
                "disable | {\"on\":false} | sysctl ALLOW 1",
                "failover | {\"to\":\"fw-b\",\"wait\":\"5s\"} | failover to fw-b within PT5S",
                "failover | {\"force\":true} | failover within PT10S by force",
                "bulk | {} | pfsync bulk",
                "verify | {} | pfsync verify",
                "demote | {\"value\":50,\"reason\":\"rack move\",\"for\":\"10m\"} | demote 50 rack move for PT10M",
                "demote | {\"reset\":true,\"group\":\"inside\"} | demote reset in inside",
                "vhid | {\"name\":\"wan\",\"verb\":\"down\",\"for\":\"10m\",\"force\":true} | vhid wan DOWN for PT10M alone",
            })
    void eachActionReachesTheDaemon(String action, String body, String told) {
        HttpResponse<String> response = act(action, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(bed.daemon.told).containsExactly(told);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "maintenance | {} | 400 | on must be true or false",
                "maintenance | {\"on\":false,\"force\":true} | 400 | --force goes with maintenance on only",
                "maintenance | {\"on\":\"yes\"} | 400 | on must be true or false",
                "maintenance | {\"on\":true,\"raeson\":\"x\"} | 400 | maintenance does not take \"raeson\": there is force, on, reason",
                "maintenance | {\"on\":true,\"reason\":\"two\\nlines\"} | 400 | maintenance needs a reason, one line of at most 200 characters",
                "demote | {\"value\":256,\"reason\":\"x\"} | 400 | demote must be a whole number from 1 to 255, not 256",
                "demote | {\"value\":\"1\",\"reason\":\"x\"} | 400 | value must be a whole number",
                "vhid | {\"name\":\"dmz\",\"verb\":\"up\"} | 409 | there is no virtual host \"dmz\"; there is wan",
                "vhid | {\"name\":\"stuck\",\"verb\":\"master\"} | 409 | stuck stays in BACKUP: suppress_preempt is 1",
                "vhid | {\"name\":\"--for=1s\",\"verb\":\"up\"} | 409 | there is no virtual host \"--for=1s\"; there is wan",
                "vhid | {\"name\":\"wan\",\"verb\":\"none\"} | 400 | verb must be down, up, master or backup, not \"none\"",
                "demote | {\"value\":50,\"reason\":\"x\",\"for\":\"0s\"} | 400 | for must be a duration such as 30s, 10m or 1h",
                "demote | {\"value\":50} | 400 | demote needs a reason, one line of at most 200 characters",
                "failover | {\"wait\":\"31s\"} | 400 | wait must be at most 30s, as long as an answer is waited for here",
                "flush | {\"src\":\"10.0.0.7\"} | 400 | flush deletes every state, and takes nothing: actions/delete takes a filter",
                "vhid | {\"name\":\"broken\",\"verb\":\"up\"} | 500 | carpd could not do it; its log tells why",
                "bulk | {\"x\":1} | 400 | bulk does not take \"x\": there is nothing",
                "bulk | [] | 400 | the body is not a JSON object",
                "maintenance | {\"on\":false,\"on\":true} | 400 | a member of the body is given twice",
                "delete | {\"src\":\"10.0.0.7\",\"\\u0073rc\":\"10.0.0.8\"} | 400 | a member of the body is given twice",
                "bulk | nonsense | 400 | the body is not a JSON object",
            })
    void whatIsWrongIsSaidInASentence(String action, String body, int status, String sentence) {
        HttpResponse<String> response = act(action, body);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(new JsonObject(response.body()).getString("error")).isEqualTo(sentence);
    }

    /** The document has each route, and no other. */
    @Test
    void theDescriptionHasEveryRouteAndNoOther() {
        Set<String> described = new TreeSet<>();
        JsonObject paths = bed.get("/api/v1/openapi.json").getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            paths.getJsonObject(path).fieldNames().forEach(method -> described.add(method + " " + path));
        }
        Set<String> served = new TreeSet<>();
        bed.server
                .routes()
                .forEach(route -> served.add(route.method().name().toLowerCase(Locale.ROOT) + " " + route.path()));
        assertThat(described).isEqualTo(served);
        for (String route : described) {
            String[] words = route.split(" ", 2);
            String other = words[0].equals("get") ? "POST" : "GET";
            HttpResponse<String> refused =
                    bed.send(other.equals("GET") ? bed.request(words[1]) : bed.post(words[1], "{}"));
            assertThat(refused.statusCode()).as(other + " " + words[1]).isEqualTo(405);
        }
        for (Route route : bed.server.routes()) {
            JsonArray parameters = paths.getJsonObject(route.path())
                    .getJsonObject(route.method().name().toLowerCase(Locale.ROOT))
                    .getJsonArray("parameters", new JsonArray());
            assertThat(parameters.stream().map(one -> ((JsonObject) one).getString("name")))
                    .as("parameters of " + route.path())
                    .containsExactlyInAnyOrderElementsOf(route.parameters());
        }
    }
}
