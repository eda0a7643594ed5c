// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.web.WebBed.Cookie;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The stream of events, from the side of a browser. */
@Timeout(90)
class EventFeedTest {
    @TempDir
    private Path directory;

    private WebBed bed;

    @AfterEach
    void stop() {
        bed.close();
    }

    /** What an EventSource of a browser would see. */
    private final class Source implements AutoCloseable {
        private final Stream<String> stream;
        private final Iterator<String> lines;
        private String lastId = "";

        Source(HttpRequest.Builder request) throws IOException, InterruptedException {
            HttpResponse<Stream<String>> response = bed.client.send(request.build(), BodyHandlers.ofLines());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
            stream = response.body();
            lines = stream.iterator();
        }

        /** The message of the next event, or "missed N". */
        String next() {
            String kind = "message";
            while (true) {
                String line = lines.next();
                if (line.startsWith("id: ")) {
                    lastId = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    kind = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    String data = line.substring(6);
                    return kind.equals("message") ? new JsonObject(data).getString("message") : kind + " " + data;
                }
            }
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    private Source open(String query) throws IOException, InterruptedException {
        return new Source(bed.request("/api/v1/events" + query));
    }

    @Test
    void theLatestComeFirstThenEachAsItHappens() throws IOException, InterruptedException {
        bed = WebBed.onLoopback(directory);
        bed.events.report("carp", "first");
        bed.events.report("carp", "second");
        try (Source source = open("?count=1")) {
            assertThat(source.next()).isEqualTo("second");
            bed.events.report("carp", "third");
            bed.events.report("carp", "two\nlines");
            assertThat(source.next()).isEqualTo("third");
            assertThat(source.next()).isEqualTo("two\nlines");
        }
    }

    @Test
    void whoeverComesBackMissesNothingAndGetsNothingTwice() throws IOException, InterruptedException {
        bed = WebBed.onLoopback(directory);
        String lastId;
        try (Source source = open("?count=0")) {
            bed.events.report("carp", "seen");
            assertThat(source.next()).isEqualTo("seen");
            lastId = source.lastId;
        }
        bed.events.report("carp", "while away");
        HttpRequest.Builder back = bed.request("/api/v1/events?count=100").header("Last-Event-ID", lastId);
        try (Source source = new Source(back)) {
            assertThat(source.next()).isEqualTo("while away");
        }
        for (String forged : List.of("0-0", "x", lastId + "9999999999999999999", "-1")) {
            HttpRequest.Builder other = bed.request("/api/v1/events?count=1").header("Last-Event-ID", forged);
            try (Source source = new Source(other)) {
                assertThat(source.next()).as(forged).isEqualTo("while away");
            }
        }
    }

    @Test
    void aPageThatDoesNotReadCostsNoMemoryAndLearnsWhatItMissed() throws IOException, InterruptedException {
        bed = WebBed.onLoopback(directory);
        try (Socket slow = new Socket(AddressText.parse("127.0.0.1").orElseThrow(), bed.port);
                Source quick = open("?count=0")) {
            slow.setSoTimeout(60_000);
            slow.getOutputStream()
                    .write("GET /api/v1/events?count=0 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> bed.count(WebCounter.STREAMS) == 2);
            String filling = "x".repeat(2000);
            for (int i = 0; i < 8000; i++) {
                bed.events.keep("carp", i + filling);
                if (i % 500 == 0) {
                    quick.next();
                }
            }
            bed.events.keep("carp", "the end");
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8));
            boolean missed = false;
            for (String line = reader.readLine(); !line.contains("the end"); line = reader.readLine()) {
                missed |= line.equals("event: missed");
            }
            assertThat(missed).isTrue();
        }
    }

    @Test
    void aStreamEndsWithItsSession() throws IOException, InterruptedException {
        bed = WebBed.onEveryAddress(directory);
        Cookie bob = bed.logIn("bob");
        try (Source source = new Source(bob.on(bed.request("/api/v1/events?count=0")))) {
            bed.send(bob.on(bed.post("/api/v1/logout", "{}")));
            CompletableFuture<Void> end = CompletableFuture.runAsync(() -> {
                while (source.lines.hasNext()) {
                    source.lines.next();
                }
            });
            await().atMost(Duration.ofSeconds(40)).until(end::isDone);
        }
    }

    /** Longer than a request may take. */
    @Test
    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "waits for 45 s: bin/test --load")
    void aStreamStaysThoughNothingHappens() throws IOException, InterruptedException {
        bed = WebBed.onLoopback(directory);
        try (Source source = open("?count=0")) {
            long opened = System.nanoTime();
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> System.nanoTime() - opened > Connections.REQUEST_LIMIT_NANOS + 5_000_000_000L);
            bed.events.report("carp", "still here");
            assertThat(source.next()).isEqualTo("still here");
        }
    }

    @Test
    void streamsAreBounded() throws IOException, InterruptedException {
        bed = WebBed.onLoopback(directory);
        List<Source> open = new ArrayList<>();
        try {
            for (int i = 0; i < EventFeed.MAXIMUM_STREAMS; i++) {
                open.add(open("?count=0"));
            }
            assertThat(bed.send(bed.request("/api/v1/events?count=0")).statusCode())
                    .isEqualTo(503);
            assertThat(bed.count(WebCounter.TOO_MANY)).isEqualTo(1);
            bed.events.report("carp", "to all");
            for (Source source : open) {
                assertThat(source.next()).isEqualTo("to all");
            }
        } finally {
            open.forEach(Source::close);
        }
    }
}
