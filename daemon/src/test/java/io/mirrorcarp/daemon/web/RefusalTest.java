// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.access.Role;
import io.mirrorcarp.daemon.web.WebBed.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What strangers try: each is refused, counted, and reaches the daemon by no word. */
@Timeout(120)
class RefusalTest {
    private static final String MAINTENANCE = "/api/v1/actions/maintenance";
    private static final String ON = "{\"on\":true}";

    @TempDir
    private Path directory;

    private WebBed bed;

    private WebBed open() throws IOException {
        bed = WebBed.onLoopback(directory);
        return bed;
    }

    @AfterEach
    void stop() {
        assertThat(bed.daemon.told).isEmpty();
        bed.close();
    }

    private void assertRefused(HttpRequest.Builder request, int status, WebCounter counter) {
        long before = bed.count(counter);
        HttpResponse<String> response = bed.send(request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(new JsonObject(response.body()).getString("error")).isNotEmpty();
        assertThat(bed.count(counter)).as(counter.help()).isEqualTo(before + 1);
    }

    private String raw(String bytes) throws IOException {
        return Raw.answer(bed.port, bytes);
    }

    @Test
    void nothingIsChangedWithoutALogin() throws IOException {
        open();
        for (Route route : bed.server.routes()) {
            if (route.needed() == Role.OPERATE) {
                boolean reads = route.method().equals(HttpMethod.GET);
                assertRefused(reads ? bed.request(route.path()) : bed.post(route.path(), ON), 401, WebCounter.NO_LOGIN);
            }
        }
    }

    @Test
    void nothingIsReadFromElsewhereWithoutALogin() throws IOException {
        bed = WebBed.onEveryAddress(directory);
        for (Route route : bed.server.routes()) {
            if (route.needed() == Role.VIEW) {
                assertRefused(bed.request(route.path()), 401, WebCounter.NO_LOGIN);
            }
        }
        Cookie bob = bed.logIn("bob");
        assertThat(bed.send(bob.on(bed.request("/api/v1/status"))).statusCode()).isEqualTo(200);
    }

    @Test
    void withoutAuthFileThePagesOnlyShow() throws IOException {
        bed = WebBed.readOnly(directory);
        assertThat(bed.send(bed.request("/api/v1/status")).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = bed.send(bed.post(MAINTENANCE, ON));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("these pages only show");
        assertThat(bed.tryLogIn("alice", WebBed.PASSWORD).statusCode()).isEqualTo(403);
        assertThat(bed.send(bed.post(MAINTENANCE, ON).header("Authorization", "Bearer " + WebBed.OPERATOR_TOKEN))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aViewerChangesNothing() throws IOException {
        open();
        Cookie bob = bed.logIn("bob");
        assertRefused(bob.on(bed.post(MAINTENANCE, ON)), 403, WebCounter.WRONG_ROLE);
        HttpRequest.Builder program =
                bed.post(MAINTENANCE, ON).header("Authorization", "Bearer " + WebBed.VIEWER_TOKEN);
        assertRefused(program, 403, WebCounter.WRONG_ROLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "Bearer wrong", "Basic YWxpY2U6Y29ycmVjdCBob3JzZQ==", "bearer x", ""})
    void aForgedTokenIsNone(String authorization) throws IOException {
        open();
        assertRefused(bed.post(MAINTENANCE, ON).header("Authorization", authorization), 401, WebCounter.BAD_TOKEN);
        assertRefused(bed.request("/api/v1/status").header("Authorization", authorization), 401, WebCounter.BAD_TOKEN);
    }

    @Test
    void aForgedSessionIsNone() throws IOException {
        open();
        Cookie alice = bed.logIn("alice");
        Cookie forged = new Cookie(alice.cookie() + "x", alice.csrf());
        assertRefused(forged.on(bed.post(MAINTENANCE, ON)), 401, WebCounter.NO_LOGIN);
        Cookie otherNode = new Cookie(alice.cookie().replace("6f1c2a90", "91ab33c0"), alice.csrf());
        assertRefused(otherNode.on(bed.post(MAINTENANCE, ON)), 401, WebCounter.NO_LOGIN);
    }

    @Test
    void aPageOfAnotherSiteChangesNothing() throws IOException {
        open();
        Cookie alice = bed.logIn("alice");
        Cookie withoutToken = new Cookie(alice.cookie(), "");
        Cookie otherToken = new Cookie(alice.cookie(), bed.logIn("alice").csrf());
        assertRefused(withoutToken.on(bed.post(MAINTENANCE, ON)), 403, WebCounter.CROSS_SITE);
        assertRefused(otherToken.on(bed.post(MAINTENANCE, ON)), 403, WebCounter.CROSS_SITE);
        HttpRequest.Builder origin = bed.post(MAINTENANCE, ON).header("Origin", "http://evil.example");
        assertRefused(alice.on(origin), 403, WebCounter.CROSS_SITE);
        HttpRequest.Builder nowhere = bed.post(MAINTENANCE, ON).header("Origin", "null");
        assertRefused(alice.on(nowhere), 403, WebCounter.CROSS_SITE);
        HttpRequest.Builder fetched = bed.post(MAINTENANCE, ON).header("Sec-Fetch-Site", "same-site");
        assertRefused(alice.on(fetched), 403, WebCounter.CROSS_SITE);
        HttpRequest.Builder form = bed.request(MAINTENANCE)
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(ON));
        assertRefused(alice.on(form), 400, WebCounter.BAD_BODY);
        HttpRequest.Builder login = bed.post("/api/v1/login", "{}").header("Origin", "http://evil.example");
        assertRefused(login, 403, WebCounter.CROSS_SITE);
    }

    /** The page could not read the answer, but open streams until there are too many. A link from elsewhere leads to the pages all the same. */
    @Test
    void aPageOfAnotherSiteReadsNothing() throws IOException {
        open();
        assertRefused(bed.request("/api/v1/events").header("Sec-Fetch-Site", "cross-site"), 403, WebCounter.CROSS_SITE);
        assertRefused(
                bed.request("/api/v1/status").header("Origin", "http://evil.example"), 403, WebCounter.CROSS_SITE);
        HttpRequest.Builder link = bed.request("/api/v1/openapi.json")
                .header("Sec-Fetch-Site", "cross-site")
                .header("Sec-Fetch-Mode", "navigate");
        assertThat(bed.send(link).statusCode()).isEqualTo(200);
        HttpRequest.Builder typed = bed.request("/api/v1/status").header("Sec-Fetch-Site", "none");
        assertThat(bed.send(typed).statusCode()).isEqualTo(200);
        Cookie alice = bed.logIn("alice");
        HttpRequest.Builder referer = bed.post(MAINTENANCE, ON).header("Referer", "http://evil.example/page");
        assertRefused(alice.on(referer), 403, WebCounter.CROSS_SITE);
        HttpRequest.Builder prefix = bed.post(MAINTENANCE, ON).header("Referer", bed.url("0/"));
        assertRefused(alice.on(prefix), 403, WebCounter.CROSS_SITE);
    }

    @Test
    void aWebSocketIsRefused() throws IOException {
        open();
        for (String path : List.of("/", "/api/v1/events")) {
            long before = bed.count(WebCounter.BAD_REQUEST);
            assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, close\r\n"
                            + "Upgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"))
                    .startsWith("HTTP/1.1 400 ");
            assertThat(bed.count(WebCounter.BAD_REQUEST)).isEqualTo(before + 1);
        }
    }

    /** A page whose name was made to point here has its own name in the Host header. */
    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "evil.example:8112", "localhost.evil.example", "127.0.0.1.evil.example", ""})
    void aNameThatIsNotOursIsRefused(String host) throws IOException {
        open();
        long before = bed.count(WebCounter.BAD_HOST) + bed.count(WebCounter.BAD_REQUEST);
        String answer = raw("GET /api/v1/status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).doesNotContain("failoverReady");
        assertThat(bed.count(WebCounter.BAD_HOST) + bed.count(WebCounter.BAD_REQUEST))
                .isEqualTo(before + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:8112", "127.0.0.1:9", "[::1]:8112", "fw-a", "192.0.2.7"})
    void ourNamesAndAddressesAreRight(String host) throws IOException {
        open();
        assertThat(raw("GET /api/v1/status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../../../etc/passwd",
                "/page/../../../carpd.toml",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/..%2f..%2fetc%2fpasswd",
                "/app.js%00.html",
                "//etc/passwd",
                "/./index.html",
                "/api/v1/../v1/status",
                "/api/v1/status/",
                "/web.auth",
                "/META-INF/MANIFEST.MF",
                "*",
                "http://127.0.0.1/etc/passwd",
            })
    void aPathLeadsNowhereElse(String path) throws IOException {
        open();
        long before = bed.count(WebCounter.BAD_PATH) + bed.count(WebCounter.BAD_REQUEST);
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("root:", "argon2id", "Manifest-Version");
        assertThat(bed.count(WebCounter.BAD_PATH) + bed.count(WebCounter.BAD_REQUEST))
                .isEqualTo(before + 1);
    }

    @Test
    void otherMethodsAreRefused() throws IOException {
        open();
        assertRefused(bed.request("/api/v1/status").DELETE(), 405, WebCounter.BAD_PATH);
        assertRefused(bed.request(MAINTENANCE), 405, WebCounter.BAD_PATH);
        assertThat(raw("TRACE / HTTP/1.1\r\nHost: localhost\r\nX-Secret: s3cret\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 4")
                .doesNotContain("s3cret");
    }

    @Test
    void aLargeBodyIsNotTaken() throws IOException {
        open();
        Cookie alice = bed.logIn("alice");
        String large = "{\"on\":true,\"reason\":\"" + "x".repeat(5000) + "\"}";
        assertRefused(alice.on(bed.post(MAINTENANCE, large)), 413, WebCounter.LARGE_BODY);
        String config = "{\"text\":\"" + "x".repeat(300_000) + "\"}";
        long before = bed.count(WebCounter.LARGE_BODY);
        String head = "POST /api/v1/config/check HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Authorization: Bearer " + WebBed.OPERATOR_TOKEN + "\r\nContent-Length: " + config.length()
                + "\r\n\r\n";
        assertThat(raw(head + config))
                .as("the answer is not lost with the body")
                .startsWith("HTTP/1.1 413 ");
        assertThat(bed.count(WebCounter.LARGE_BODY)).isEqualTo(before + 1);
    }

    /** A byte now and then keeps no connection. */
    @Test
    void aSlowBodyIsNotWaitedFor() throws IOException, InterruptedException {
        open();
        try (Socket socket = new Socket(AddressText.parse("127.0.0.1").orElseThrow(), bed.port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("POST /api/v1/login HTTP/1.1\r\nHost: localhost\r\n"
                                    + "Content-Type: application/json\r\nContent-Length: 4000\r\n\r\n{")
                            .getBytes(StandardCharsets.US_ASCII));
            Thread trickle = new Thread(() -> {
                try {
                    while (!socket.isClosed()) {
                        socket.getOutputStream().write(' ');
                        Thread.sleep(200);
                    }
                } catch (IOException | InterruptedException closed) {
                    // The server has had enough.
                }
            });
            trickle.start();
            assertThat(firstLine(socket.getInputStream())).isEqualTo("HTTP/1.1 408 Request Timeout");
            trickle.join(20_000);
            assertThat(trickle.isAlive()).as("the connection is closed").isFalse();
        }
        assertThat(bed.count(WebCounter.TOO_SLOW)).isPositive();
    }

    @Test
    void aSlowHeadIsNotWaitedFor() throws IOException, InterruptedException {
        open();
        try (Socket socket = new Socket(AddressText.parse("127.0.0.1").orElseThrow(), bed.port)) {
            socket.setSoTimeout(40_000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            Thread trickle = new Thread(() -> {
                try {
                    while (!socket.isClosed()) {
                        socket.getOutputStream().write('x');
                        Thread.sleep(200);
                    }
                } catch (IOException | InterruptedException closed) {
                    // As above.
                }
            });
            trickle.start();
            trickle.join(30_000);
            assertThat(trickle.isAlive()).as("the connection is closed").isFalse();
        }
    }

    private static String firstLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
            line.append((char) c);
        }
        return line.toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET /api/v1/status HTTP/1.1\\r\\nHost: localhost\\r\\nX: a\\0b\\r\\n\\r\\n",
                "GET /api/v1/status HTTP/1.1\\r\\nHost: localhost\\r\\n bad name: x\\r\\nContent-Length: 5\\r\\nContent-Length: 6\\r\\n\\r\\n",
                "POST /api/v1/login HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: 1\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
                "hello\\r\\n\\r\\n",
            })
    void whatIsNoHttpIsRefused(String bytes) throws IOException {
        open();
        String text = bytes.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0");
        assertThat(raw(text)).doesNotContain("failoverReady");
        assertThat(bed.get("/api/v1/status").getString("node")).isEqualTo("fw-a");
    }

    /** Behind a request whose end can be read in two ways, nothing is taken for another request. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /api/v1/login|Content-Length: 5\r\nTransfer-Encoding: chunked",
                "POST /api/v1/login|Transfer-Encoding: chunked\r\nContent-Length: 5",
                "POST /api/v1/login|Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "POST /api/v1/login|Transfer-Encoding: identity, chunked",
                "POST /api/v1/login|Transfer-Encoding: xchunked\r\nContent-Length: 5",
                "POST /api/v1/login|Transfer-Encoding:\tchunked",
                "POST /api/v1/login|Content-Length: 5\r\nContent-Length: 6",
                "POST /api/v1/login|Content-Length: 5, 6",
                "POST /api/v1/login|Content-Length: +5",
                "GET /api/v1/session|Transfer-Encoding: chunked\r\nContent-Length: 5",
            })
    void noRequestIsHiddenInAnother(String way) throws IOException {
        open();
        String[] words = way.split("\\|", 2);
        String hidden = "GET /api/v1/doctor HTTP/1.1\r\nHost: localhost\r\n\r\n";
        long refused = bed.count(WebCounter.BAD_REQUEST);
        long came = bed.count(WebCounter.REQUESTS);
        String answer = raw(words[0] + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + words[1]
                + "\r\n\r\n0\r\n\r\n" + hidden);
        assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("findings");
        assertThat(answer.split("HTTP/1.1 ", -1)).as("answers").hasSize(2);
        assertThat(bed.count(WebCounter.BAD_REQUEST)).isEqualTo(refused + 1);
        assertThat(bed.count(WebCounter.REQUESTS) - came)
                .as("requests: three questions for counters, and this one where it was read as HTTP at all")
                .isLessThanOrEqualTo(4);
    }

    @Test
    void aLongHeadIsRefusedAndCounted() throws IOException {
        open();
        assertThat(raw("GET /" + "x".repeat(3000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.0 414 ");
        assertThat(raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(9000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(bed.count(WebCounter.BAD_REQUEST)).isEqualTo(2);
    }

    /** No line of ours is made by what a request says. */
    @ParameterizedTest
    @ValueSource(strings = {"a%0d%0aSet-Cookie:%20x=1", "a%0aX-Injected:%20y"})
    void aRequestWritesNoHeader(String value) throws IOException {
        open();
        String answer = raw("GET /api/v1/states?on=" + value + " HTTP/1.1\r\nHost: localhost\r\nOrigin: http://" + value
                + "\r\nConnection: close\r\n\r\n");
        String head = answer.split("\r\n\r\n", 2)[0];
        assertThat(head).startsWith("HTTP/1.1 ").doesNotContain("Set-Cookie", "X-Injected");
        bed.daemon.told.clear();
    }

    @Test
    void whoeverGuessesIsLockedOutOfThatName() throws IOException {
        open();
        guess(5, "bob");
        HttpResponse<String> right = bed.tryLogIn("bob", WebBed.PASSWORD);
        assertThat(right.statusCode()).isEqualTo(429);
        assertThat(right.body()).contains("too many wrong passwords: try again in ");
        assertThat(bed.count(WebCounter.BAD_LOGIN)).isEqualTo(5);
        assertThat(bed.count(WebCounter.LOCKED)).isEqualTo(1);
        assertThat(bed.tryLogIn("alice", WebBed.PASSWORD).statusCode())
                .as("another name")
                .isEqualTo(200);
    }

    /** Names that nobody has count too, and a password that is right does not begin the count anew. */
    @Test
    void whoeverGuessesAtManyNamesIsLockedOutOfAll() throws IOException {
        open();
        for (int i = 0; i < 5; i++) {
            guess(4, i == 0 ? "bob" : "nobody" + i);
            if (i == 3) {
                assertThat(bed.tryLogIn("alice", WebBed.PASSWORD).statusCode()).isEqualTo(200);
            }
        }
        assertThat(bed.tryLogIn("alice", WebBed.PASSWORD).statusCode()).isEqualTo(429);
    }

    private void guess(int times, String name) {
        for (int i = 0; i < times; i++) {
            HttpResponse<String> wrong = bed.tryLogIn(name, "guess" + i);
            assertThat(wrong.statusCode()).isEqualTo(401);
            assertThat(wrong.body()).contains("the name or the password is wrong");
        }
    }

    @Test
    void aLogoutEndsTheSession() throws IOException {
        open();
        Cookie alice = bed.logIn("alice");
        assertThat(session(alice).getString("role")).isEqualTo("operate");
        HttpResponse<String> left = bed.send(alice.on(bed.post("/api/v1/logout", "{}")));
        assertThat(left.statusCode()).isEqualTo(200);
        assertThat(left.headers().firstValue("Set-Cookie").orElseThrow()).contains("Max-Age=0");
        assertThat(session(alice).getString("role")).isEqualTo("view");
        assertRefused(alice.on(bed.post(MAINTENANCE, ON)), 401, WebCounter.NO_LOGIN);
    }

    private JsonObject session(Cookie cookie) {
        return new JsonObject(
                bed.send(cookie.on(bed.request("/api/v1/session"))).body());
    }

    @Test
    void whoeverIsTakenOutOfTheFileIsOutWithinSeconds() throws IOException {
        open();
        Cookie alice = bed.logIn("alice");
        bed.writeAuthFile("# nobody\n");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> session(alice).getString("role").equals("view"));
        assertThat(bed.send(alice.on(bed.post(MAINTENANCE, ON))).statusCode()).isEqualTo(401);
    }

    @Test
    void aFileThatOthersCanReadHasNobodyInIt() throws IOException {
        open();
        Files.setPosixFilePermissions(bed.authFile, PosixFilePermissions.fromString("rw-r--r--"));
        Files.writeString(bed.authFile, Files.readString(bed.authFile) + "\n");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> bed.send(bed.request("/api/v1/status")
                                        .header("Authorization", "Bearer " + WebBed.OPERATOR_TOKEN))
                                .statusCode()
                        == 401);
        assertThat(bed.tryLogIn("alice", WebBed.PASSWORD).statusCode()).isEqualTo(401);
    }

    @Test
    void theCookieIsOurPagesAlone() throws IOException {
        open();
        HttpResponse<String> response = bed.tryLogIn("alice", WebBed.PASSWORD);
        assertThat(response.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("carpd-6f1c2a90=")
                .contains("HTTPOnly", "SameSite=Strict", "Path=/");
    }

    @Test
    void everyAnswerTellsTheBrowserToBeStrict() throws IOException {
        open();
        List<HttpResponse<String>> answers = new ArrayList<>();
        answers.add(bed.send(bed.request("/")));
        answers.add(bed.send(bed.request("/api/v1/status")));
        answers.add(bed.send(bed.request("/no-such-page")));
        answers.add(bed.send(bed.post(MAINTENANCE, ON)));
        for (HttpResponse<String> answer : answers) {
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
                    .isEmpty();
        }
    }
}
