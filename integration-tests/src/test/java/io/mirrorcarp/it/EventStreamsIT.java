// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.ControlSocket;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.proto.control.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** Many pages that are open on the master, and requests that never end: none may be in the way of its advertisements. */
@Isolated
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "opens a thousand event streams: bin/test --load")
class EventStreamsIT {
    private static final int STREAMS = 1_000;
    private static final int HALVES = 200;
    private static final int EVENTS = 40;
    private static final String STATS = WebPair.URL + "api/v1/stats";
    private static final String METRICS = "http://127.0.0.1:9712/metrics";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** A backup waits for three intervals of a second. On a busy machine a pause of the garbage collector may take 0.1 s. */
    private static final String LATE = "0.25";

    private WebPair web;
    private Firewall master;
    private final List<Socket> sockets = new ArrayList<>();

    @BeforeEach
    void start() {
        web = WebPair.inSync();
        master = web.pair.a;
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        web.close();
    }

    /** None of them reads what it is sent, but one, which hears of each event once. */
    @Test
    void advertsStayOnTimeWhileAThousandStreamsAreOpen() throws IOException {
        // The master is demoted below, by less than the backup, so that the roles stay.
        ask(web.pair.b, demote(100, "stays backup"));
        connect(1, "GET /api/v1/events?count=0 HTTP/1.1\r\nHost: 127.0.0.1:8112\r\n\r\n");
        connect(STREAMS, "GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:8112\r\nAccept: text/event-stream\r\n\r\n");
        Awaitility.await("all are streams")
                .atMost(LIMIT)
                .until(() -> count(master, STATS, "\"streams\" : (\\d+)") > STREAMS);
        assertAdvertsAreOnTime(() -> {
            for (int i = 0; i < EVENTS; i++) {
                // Two events, which every stream is sent.
                ask(master, demote(1, "event " + i));
                ask(master, Request.newBuilder().setDemoteReset(Request.DemoteReset.getDefaultInstance()));
            }
        });
        assertThat(heard(sockets.get(0)))
                .as("demotions that the one who reads was told")
                .isEqualTo(2 * EVENTS);
    }

    private static Request.Builder demote(int value, String reason) {
        return Request.newBuilder()
                .setDemote(Request.Demote.newBuilder().setValue(value).setReason(reason));
    }

    /** What a stream says until it has been silent for a second. */
    private static long heard(Socket stream) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        byte[] buffer = new byte[65_536];
        stream.setSoTimeout(1_000);
        try {
            for (int count = stream.getInputStream().read(buffer); count > 0; ) {
                text.write(buffer, 0, count);
                count = stream.getInputStream().read(buffer);
            }
        } catch (SocketTimeoutException silent) {
            // That was all.
        }
        return Pattern.compile("\"message\" ?: ?\"demoted by")
                .matcher(text.toString(UTF_8))
                .results()
                .count();
    }

    /** Neither a request's head nor its body is waited for, and each such connection is closed and counted. */
    @Test
    void advertsStayOnTimeWhileHundredsOfRequestsNeverEnd() {
        long slow = count(master, STATS, "\"tooSlow\" : (\\d+)");
        assertAdvertsAreOnTime(() -> {
            connect(HALVES, "GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1:8112\r\n");
            connect(
                    HALVES,
                    "POST /api/v1/login HTTP/1.1\r\nHost: 127.0.0.1:8112\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 100\r\n\r\n{\"user\"");
            Awaitility.await("the bodies are given up")
                    .atMost(LIMIT)
                    .until(() -> count(master, STATS, "\"tooSlow\" : (\\d+)") >= slow + HALVES);
        });
        Awaitility.await("the connections are closed")
                .atMost(LIMIT)
                .until(() -> sockets.stream().allMatch(EventStreamsIT::isClosed));
    }

    private void assertAdvertsAreOnTime(Runnable load) {
        long transitions = transitions(master);
        long lateBefore = late(master);
        long sentBefore = sent(master);
        load.run();
        Awaitility.await("ten more seconds of advertisements")
                .atMost(LIMIT)
                .until(() -> sent(master) >= sentBefore + 20);
        assertThat(late(master) - lateBefore)
                .as("advertisements that left more than " + LATE + " s late")
                .isZero();
        assertThat(transitions(master)).as("changes of state").isEqualTo(transitions);
    }

    private static void ask(Firewall firewall, Request.Builder request) {
        try {
            ControlSocket.call(firewall.carpd().socket(), request.build(), LIMIT)
                    .orThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void connect(int number, String request) {
        for (int i = 0; i < number; i++) {
            sockets.add(master.host().call(() -> open(request)));
        }
    }

    private static boolean isClosed(Socket socket) {
        try {
            socket.setSoTimeout(1);
            while (socket.getInputStream().read() >= 0) {
                // What is left of an answer.
            }
            return true;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static Socket open(String request) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 8112), 5_000);
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        return socket;
    }

    private static long count(Firewall firewall, String url, String pattern) {
        String page = firewall.host().call(() -> {
            try (InputStream answer = URI.create(url).toURL().openStream()) {
                return new String(answer.readAllBytes(), UTF_8);
            }
        });
        Matcher found = Pattern.compile(pattern).matcher(page);
        assertThat(found.find()).as(pattern + " in " + page).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static long transitions(Firewall firewall) {
        return firewall.status().path("vhids").findValues("transitions").stream()
                .mapToLong(each -> each.asLong())
                .sum();
    }

    private static long sent(Firewall firewall) {
        return count(firewall, METRICS, "carp_advertisement_lateness_seconds_count (\\d+)");
    }

    private static long late(Firewall firewall) {
        return sent(firewall)
                - count(
                        firewall,
                        METRICS,
                        "carp_advertisement_lateness_seconds_bucket\\{le=\"" + LATE + "\"\\} (\\d+)");
    }
}
