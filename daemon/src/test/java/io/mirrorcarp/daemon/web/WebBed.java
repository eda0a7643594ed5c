// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.ctl.SelfSigned;
import io.mirrorcarp.daemon.access.AuthFile;
import io.mirrorcarp.daemon.access.PasswordHash;
import io.mirrorcarp.daemon.access.Role;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.Endpoint;
import io.mirrorcarp.daemon.config.TlsFiles;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.FakeDaemon;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.mirrorcarp.daemon.host.SomeDevice;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.BlockPool;
import org.junit.jupiter.api.Assertions;

/** The server on a real port of the loopback device, with a daemon behind it that is not one. alice may operate, bob may view; so may two tokens. */
final class WebBed implements AutoCloseable {
    /** Of which nobody else understands more than this. */
    static final String PEER_STATUS = "{\"schema\":1,\"node\":\"fw-b\",\"hostId\":\"91ab33c0\",\"vhids\":[]}";

    /** What it holds and this node does not. */
    static final String PEER_EVENTS = "{\"node\":\"fw-b\",\"hostId\":\"91ab33c0\",\"events\":["
            + "{\"time\":\"2026-01-02T03:04:05.678Z\",\"sequence\":7,\"subject\":\"carp\",\"type\":\"message\",\"message\":\"well\"}]}";

    static final String PEER_LACK = "{\"node\":\"fw-b\",\"missingCount\":31,\"missing\":"
            + "[{\"protoNumber\":6,\"src\":\"10.0.0.7\",\"sport\":4000,\"dst\":\"192.0.2.9\",\"dport\":443,\"zone\":0,\"action\":\"insert\"}]}";

    static final String PASSWORD = "correct horse";
    static final String OPERATOR_TOKEN = "token-of-a-program-that-operates";
    static final String VIEWER_TOKEN = "token-of-a-program-that-views";

    private static final BlockPool MEMORY = PasswordHash.memory();
    private static final PasswordHash HASH = PasswordHash.of(PASSWORD, new byte[PasswordHash.SALT_LENGTH], MEMORY);

    final FakeDaemon daemon = new FakeDaemon();

    /** Whether the daemon waits for a change to be confirmed. */
    final AtomicBoolean unconfirmed = new AtomicBoolean();

    final EventLog events = new EventLog(Clock.systemUTC());
    final int port;
    final WebServer server;
    final Path authFile;
    final HttpClient client;
    private final String scheme;
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));

    /** One of them answers what nobody understands. */
    private static final class TwoPeers implements Peers {
        @Override
        public Future<List<String>> statuses() {
            return Future.succeededFuture(List.of(PEER_STATUS, "not JSON"));
        }

        @Override
        public Future<List<String>> notHere() {
            return Future.succeededFuture(List.of(PEER_LACK, "not JSON"));
        }

        @Override
        public Future<List<String>> events() {
            return Future.succeededFuture(List.of(PEER_EVENTS, "not JSON"));
        }
    }

    private WebBed(Path directory, InetAddress address, boolean logins, Optional<TlsFiles> tls) throws IOException {
        client = tls.isPresent() ? trusting() : HttpClient.newHttpClient();
        scheme = tls.isPresent() ? "https" : "http";
        authFile = directory.resolve("web.auth");
        writeAuthFile(AuthFile.userLine("alice", Role.OPERATE, HASH) + "\n"
                + AuthFile.userLine("bob", Role.VIEW, HASH) + "\n"
                + AuthFile.tokenLine("deploy", Role.OPERATE, OPERATOR_TOKEN) + "\n"
                + AuthFile.tokenLine("nagios", Role.VIEW, VIEWER_TOKEN) + "\n");
        port = freePort();
        WebSettings settings = new WebSettings(
                new Endpoint(address, port),
                logins ? Optional.of(authFile) : Optional.empty(),
                tls,
                "fw-a",
                "6f1c2a90");
        server = new WebServer(
                settings, daemon, new TwoPeers(), events, configuration(directory), new CounterSet<>(WebCounter.class));
        vertx.deployVerticle(server).await();
        awaitOpen();
    }

    /** On 127.0.0.1, where all may read. */
    static WebBed onLoopback(Path directory) throws IOException {
        return new WebBed(directory, AddressText.parse("127.0.0.1").orElseThrow(), true, Optional.empty());
    }

    /** The same without web.auth. */
    static WebBed readOnly(Path directory) throws IOException {
        return new WebBed(directory, AddressText.parse("127.0.0.1").orElseThrow(), false, Optional.empty());
    }

    /** As for others: nothing without a login. */
    static WebBed onEveryAddress(Path directory) throws IOException {
        return new WebBed(directory, AddressText.parse("0.0.0.0").orElseThrow(), true, Optional.empty());
    }

    /** On 127.0.0.1 with TLS, where browsers speak HTTP/2. */
    static WebBed withTls(Path directory) throws IOException, GeneralSecurityException {
        SelfSigned made = SelfSigned.make(List.of("127.0.0.1"), Instant.now(), Duration.ofDays(1));
        Path certificate = Files.writeString(directory.resolve("web.crt"), made.certificate());
        Path key = Files.writeString(directory.resolve("web.key"), made.key());
        return new WebBed(
                directory,
                AddressText.parse("127.0.0.1").orElseThrow(),
                true,
                Optional.of(new TlsFiles(certificate.toString(), key.toString())));
    }

    /** As a user who has looked at the fingerprint. */
    private static HttpClient trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            return HttpClient.newBuilder().sslContext(context).build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }

    private ConfigurationView configuration(Path directory) throws IOException {
        Path key = directory.resolve("carp.key");
        Files.writeString(key, "pass phrase\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path file = directory.resolve("carpd.toml");
        Files.writeString(file, """
                [node]
                name = "fw-a"
                hostId = "6f1c2a90"
                [carp.wan]
                vhid = 1
                carpdev = "%s"
                passFile = "carp.key"
                address = ["203.0.113.1/24"]
                """.formatted(SomeDevice.name()));
        Configuration running =
                ConfigurationFile.load(file.toString()).configuration().orElseThrow();
        return new ConfigurationView(file.toString(), () -> running, unconfirmed::get);
    }

    void writeAuthFile(String text) throws IOException {
        Files.writeString(authFile, text);
        Files.setPosixFilePermissions(authFile, PosixFilePermissions.fromString("rw-------"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void awaitOpen() {
        org.awaitility.Awaitility.await("the port")
                .until(() -> events.last(10).stream()
                        .anyMatch(event -> event.message().startsWith("web pages at")));
    }

    String url(String path) {
        return scheme + "://127.0.0.1:" + port + path;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url(path)));
    }

    HttpRequest.Builder post(String path, String body) {
        return request(path).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            return Assertions.fail("no answer", e);
        } catch (InterruptedException e) {
            return Assertions.fail("interrupted", e);
        }
    }

    JsonObject get(String path) {
        HttpResponse<String> response = send(request(path));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    /** What a browser keeps of a login. */
    record Cookie(String cookie, String csrf) {
        HttpRequest.Builder on(HttpRequest.Builder request) {
            return request.header("Cookie", cookie).header("X-CSRF-Token", csrf);
        }
    }

    HttpResponse<String> tryLogIn(String user, String password) {
        String body =
                new JsonObject().put("user", user).put("password", password).encode();
        return send(post("/api/v1/login", body));
    }

    Cookie logIn(String user) {
        HttpResponse<String> response = tryLogIn(user, PASSWORD);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        String cookie = response.headers().firstValue("Set-Cookie").orElseThrow();
        return new Cookie(cookie.split(";", 2)[0], new JsonObject(response.body()).getString("csrf"));
    }

    /** How often something was refused. */
    long count(WebCounter counter) {
        return new JsonObject(send(request("/api/v1/stats").header("Authorization", "Bearer " + VIEWER_TOKEN))
                        .body())
                .getJsonObject("web")
                .getLong(counter.label());
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
