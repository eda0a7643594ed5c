// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.config.NotifyConfiguration;
import io.mirrorcarp.daemon.config.NotifyConfiguration.Kind;
import io.mirrorcarp.daemon.config.NotifyConfiguration.Way;
import io.mirrorcarp.daemon.control.Event;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.FakeDaemon;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a real server of HTTP and real programs. */
@Timeout(60)
class NotificationsTest {
    private static final Map<String, Object> TO_MASTER = Map.of("type", "state", "name", "wan", "to", "master");
    private static final String MESSAGE = "VHID 1@wan0: BACKUP -> MASTER (master timed out)";

    @TempDir
    private Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final EventLog events = new EventLog(Clock.systemUTC());
    private final BlockingQueue<JsonObject> posted = new LinkedBlockingQueue<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private Notifications notifications;
    private HttpServer server;

    @BeforeEach
    void serve() {
        tellBy(Sender.Means.OF_HOST);
        server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    boolean refused = refusals.getAndDecrement() > 0;
                    request.response().setStatusCode(refused ? 503 : 204).end();
                    if (!refused) {
                        posted.add(body.toJsonObject());
                    }
                }))
                .listen(0, "127.0.0.1")
                .await();
    }

    @AfterEach
    void stop() {
        notifications.close();
        vertx.close().await();
    }

    private void tellBy(Sender.Means means) {
        notifications = new Notifications(vertx, () -> "fw-a", new FakeDaemon(), events, List.of(10L, 10L), means);
    }

    private NotifyConfiguration webhook(Set<Kind> on) {
        return new NotifyConfiguration(
                on, Way.WEBHOOK, "http://127.0.0.1:" + server.actualPort() + "/hook", Duration.ofSeconds(5));
    }

    private JsonObject next() throws InterruptedException {
        JsonObject notice = posted.poll(20, TimeUnit.SECONDS);
        assertThat(notice).as("a notice").isNotNull();
        return notice;
    }

    @Test
    void aChangeOfStateIsPosted() throws InterruptedException {
        events.keep("carp", "what was before is not told", TO_MASTER);
        notifications.change(List.of(webhook(EnumSet.of(Kind.STATE))));
        events.keep("doctor", "not asked for");
        events.keep("carp", MESSAGE, TO_MASTER);
        JsonObject notice = next();
        assertThat(notice.getString("kind")).isEqualTo("state");
        assertThat(notice.getString("node")).isEqualTo("fw-a");
        assertThat(notice.getString("message")).isEqualTo(MESSAGE);
        assertThat(notice.getString("to")).isEqualTo("master");
        assertThat(posted).isEmpty();
    }

    @Test
    void oneThatIsNotTakenIsTriedAgain() throws InterruptedException {
        refusals.set(2);
        notifications.change(List.of(webhook(EnumSet.of(Kind.DOCTOR))));
        events.warn("doctor", "rp_filter of wan0 is 1");
        assertThat(next().getString("message")).isEqualTo("rp_filter of wan0 is 1");
    }

    @Test
    void oneThatIsNeverTakenIsGivenUpAndSaid() {
        refusals.set(1000);
        notifications.change(List.of(webhook(EnumSet.of(Kind.STATE))));
        events.keep("carp", MESSAGE, TO_MASTER);
        Awaitility.await("it is said")
                .until(() -> events.last(5).stream()
                        .anyMatch(event -> event.message().contains("after 3 attempts: it answered 503")));
    }

    @Test
    void aReadinessThatLastsIsPosted() throws InterruptedException {
        notifications.change(List.of(webhook(EnumSet.of(Kind.READY))));
        JsonObject notice = next();
        assertThat(notice.getBoolean("ready")).isFalse();
        assertThat(notice.getString("message")).contains("pfsync bulk 63 %");
    }

    @Test
    void aProgramGetsItInItsEnvironment() throws IOException {
        Path seen = directory.resolve("seen");
        Path program = directory.resolve("notify");
        Files.writeString(
                program, "#!/bin/sh\nprintf '%s|%s|%s' \"$1\" \"$CARPD_NODE\" \"$CARPD_MESSAGE\" > " + seen + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        notifications.change(List.of(new NotifyConfiguration(
                EnumSet.of(Kind.STATE), Way.COMMAND, program.toString(), Duration.ofSeconds(5))));
        events.keep("carp", MESSAGE, TO_MASTER);
        Awaitility.await("the program has run")
                .until(() -> Files.exists(seen) && Files.readString(seen).equals("state|fw-a|" + MESSAGE));
    }

    /** A target that hangs holds up nobody: reporting stays quick, memory stays bounded, and what is lost is said. */
    @Test
    void aTargetThatHangsCostsNothing() throws IOException {
        Path program = directory.resolve("hangs");
        Files.writeString(program, "#!/bin/sh\nexec sleep 60\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        notifications.change(List.of(new NotifyConfiguration(
                EnumSet.of(Kind.STATE), Way.COMMAND, program.toString(), Duration.ofSeconds(30))));
        for (int i = 0; i < 3 * Courier.QUEUE_LENGTH; i++) {
            events.keep("carp", MESSAGE, TO_MASTER);
        }
        assertThat(events.last(500)).anyMatch(event -> event.message().contains("64 notices wait"));
    }

    @Test
    void noHeaderOfAMailComesFromElsewhere() {
        Notice notice = new Notice(Kind.STATE, "fw-a", "now", "a\nBcc: everybody@example.net", Map.of());
        assertThat(notice.mail("root").lines().takeWhile(line -> !line.isEmpty()))
                .noneMatch(line -> line.startsWith("Bcc"));
    }

    /** sendmail(8) gets the recipient as its last argument, and the mail on its standard input. */
    @Test
    void aMailGoesToTheLocalSendmail() throws IOException {
        Path mails = directory.resolve("mails");
        Path sendmail = directory.resolve("sendmail");
        Files.writeString(sendmail, "#!/bin/sh\n{ echo \"$@\"; cat; echo =; } >> " + mails + "\n");
        Files.setPosixFilePermissions(sendmail, PosixFilePermissions.fromString("rwxr-xr-x"));
        tellBy(new Sender.Means(sendmail.toString(), Optional.empty()));
        notifications.change(List.of(new NotifyConfiguration(
                EnumSet.allOf(Kind.class), Way.MAIL, "ops@example.net", Duration.ofSeconds(5))));
        events.keep("carp", MESSAGE, TO_MASTER);
        events.warn("doctor", "rp_filter of wan0 is 1");
        Awaitility.await("a mail of each kind")
                .until(() -> Files.exists(mails)
                        && Files.readString(mails).lines().filter("="::equals).count() == 3);
        assertThat(Files.readString(mails))
                .startsWith("-oi -- ops@example.net\nTo: ops@example.net\nSubject: carpd on fw-a: " + MESSAGE + "\n")
                .contains("Subject: carpd on fw-a: rp_filter of wan0 is 1\n")
                .contains("Subject: carpd on fw-a: not ready to fail over: ");
    }

    @Test
    void aSendmailThatIsNotThereIsSaid() {
        tellBy(new Sender.Means(directory.resolve("none").toString(), Optional.empty()));
        notifications.change(
                List.of(new NotifyConfiguration(EnumSet.of(Kind.STATE), Way.MAIL, "root", Duration.ofSeconds(5))));
        events.keep("carp", MESSAGE, TO_MASTER);
        Awaitility.await("it is said")
                .until(() -> events.last(5).stream()
                        .anyMatch(event -> event.message().startsWith("mail root: given up")
                                && event.message().contains("not found")));
    }

    /** With a certificate that this test makes: taken where it is trusted, refused where it is not. */
    @Test
    void aWebhookOverHttpsIsToldOnlyToACertificateThatIsTrusted() throws Exception {
        Path keys = directory.resolve("keys.p12");
        List<String> keytool = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                "hook",
                "-dname",
                "CN=hook",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-storepass",
                "password",
                "-keystore",
                keys.toString());
        assertThat(new ProcessBuilder(keytool).inheritIO().start().waitFor()).isZero();
        HttpServer secure = vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(
                                new PfxOptions().setPath(keys.toString()).setPassword("password")))
                .requestHandler(request -> request.body().onSuccess(body -> {
                    posted.add(body.toJsonObject());
                    request.response().setStatusCode(204).end();
                }))
                .listen(0, "127.0.0.1")
                .await();
        NotifyConfiguration hook = new NotifyConfiguration(
                EnumSet.of(Kind.STATE),
                Way.WEBHOOK,
                "https://127.0.0.1:" + secure.actualPort() + "/hook",
                Duration.ofSeconds(5));
        notifications.change(List.of(hook));
        events.keep("carp", MESSAGE, TO_MASTER);
        Awaitility.await("it is said")
                .until(() -> events.last(5).stream()
                        .anyMatch(event -> event.message().contains("its certificate is not trusted here")));
        assertThat(posted).isEmpty();
        notifications.close();
        tellBy(new Sender.Means("", Optional.of(trusting(keys))));
        notifications.change(List.of(hook));
        events.keep("carp", MESSAGE, TO_MASTER);
        assertThat(next().getString("message")).isEqualTo(MESSAGE);
    }

    /** A port that nobody serves, one that never answers, and one that speaks no TLS: each is said once, whatever comes behind. */
    @Test
    void aReceiverThatIsBrokenIsSaidOnceAndSoIsItsReturn() throws Exception {
        int dead;
        try (ServerSocket free = new ServerSocket(0)) {
            dead = free.getLocalPort();
        }
        try (ServerSocket silent = new ServerSocket(0)) {
            notifications.change(List.of(
                    broken("http://127.0.0.1:" + dead + "/secret"),
                    broken("http://127.0.0.1:" + silent.getLocalPort() + "/secret"),
                    broken("https://127.0.0.1:" + server.actualPort() + "/secret"),
                    broken("http://nowhere.invalid/secret")));
            for (int i = 0; i < 4; i++) {
                events.keep("carp", MESSAGE, TO_MASTER);
            }
            Awaitility.await("all are tried as often as they should be")
                    .untilAsserted(() -> assertThat(complaints())
                            .hasSize(4)
                            .anyMatch(line -> line.startsWith("webhook http://127.0.0.1:" + dead + ": given up"))
                            .anyMatch(line -> line.contains("after 3 attempts: no answer within 200 ms"))
                            .anyMatch(line -> line.contains("no TLS with it"))
                            .anyMatch(line -> line.contains("nowhere.invalid: given up")));
            assertThat(complaints()).noneMatch(line -> line.contains("secret") || line.contains("Exception"));
            // The others wait their turn, and are lost as well.
            HttpServer revived = vertx.createHttpServer()
                    .requestHandler(
                            request -> request.response().setStatusCode(204).end())
                    .listen(dead, "127.0.0.1")
                    .await();
            Awaitility.await("it is well again").untilAsserted(() -> {
                events.keep("carp", MESSAGE, TO_MASTER);
                assertThat(complaints()).anyMatch(line -> line.contains("notices are taken again"));
            });
            assertThat(complaints())
                    .filteredOn(line -> line.contains("given up"))
                    .hasSize(4);
            revived.close().await();
        }
    }

    private List<String> complaints() {
        return events.last(EventLog.CAPACITY).stream()
                .filter(event -> event.subject().equals("notify"))
                .map(Event::message)
                .toList();
    }

    private static NotifyConfiguration broken(String url) {
        return new NotifyConfiguration(EnumSet.of(Kind.STATE), Way.WEBHOOK, url, Duration.ofMillis(200));
    }

    /** Its head is the answer; what follows may never end. */
    @Test
    void anAnswerThatNeverEndsIsNotWaitedFor() throws InterruptedException {
        HttpServer endless = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    posted.add(body.toJsonObject());
                    request.response().setChunked(true).write("and then ");
                }))
                .listen(0, "127.0.0.1")
                .await();
        notifications.change(List.of(new NotifyConfiguration(
                EnumSet.of(Kind.STATE),
                Way.WEBHOOK,
                "http://127.0.0.1:" + endless.actualPort() + "/",
                Duration.ofSeconds(30))));
        events.keep("carp", MESSAGE, TO_MASTER);
        events.keep("carp", "the second", TO_MASTER);
        assertThat(next().getString("message")).isEqualTo(MESSAGE);
        assertThat(next().getString("message")).isEqualTo("the second");
        assertThat(complaints()).isEmpty();
    }

    private static SSLContext trusting(Path keys) throws GeneralSecurityException, IOException {
        KeyStore own = KeyStore.getInstance(keys.toFile(), "password".toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("hook", own.getCertificate("hook"));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
