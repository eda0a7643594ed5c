// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers each request as a test says. */
class HttpCheckTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final String FOUND = "HTTP/1.1 200 OK\r\n";

    /** What a server says to one client. */
    private interface Talk {
        void to(OutputStream client) throws IOException, InterruptedException;
    }

    private ServerSocket server;
    private Thread serving;
    private final AtomicLong said = new AtomicLong();

    @AfterEach
    void close() throws Exception {
        serving.interrupt();
        server.close();
        serving.join();
    }

    private void serve(Talk talk) throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        serving = new Thread(() -> {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    BufferedReader request = new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
                    while (!request.readLine().isEmpty()) {}
                    talk.to(client.getOutputStream());
                } catch (IOException | InterruptedException | NullPointerException gone) {
                    // The client has heard enough, or the test is over.
                }
            }
        });
        serving.start();
    }

    private void serve(String answer) throws IOException {
        serve(client -> client.write(answer.getBytes(StandardCharsets.UTF_8)));
    }

    private void endless(String head, byte[] part) throws IOException {
        serve(client -> {
            client.write(head.getBytes(StandardCharsets.US_ASCII));
            while (true) {
                client.write(part);
                said.addAndGet(part.length);
            }
        });
    }

    private String check(String scheme, Optional<Integer> status, String body) throws InterruptedException {
        URI uri = URI.create(scheme + "://127.0.0.1:" + server.getLocalPort() + "/health");
        return new HttpCheck(uri, status, body).failure(TIMEOUT);
    }

    private String check(Optional<Integer> status, String body) throws InterruptedException {
        return check("http", status, body);
    }

    @Test
    void aRedirectionIsAnAnswerAndNotFollowed() throws Exception {
        serve("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
        assertThat(check(Optional.empty(), "")).isEmpty();
        assertThat(check(Optional.of(200), "")).isEqualTo("the status is 302");
        assertThat(check(Optional.of(302), "")).isEmpty();
    }

    @Test
    void theTextIsFoundAcrossChunksAndInAnyAlphabet() throws Exception {
        serve(
                FOUND
                        + "Transfer-Encoding: chunked\r\n\r\n4\r\nall \r\n4\r\nis w\r\n9\r\nell: gr\u00f6\r\n1\r\ne\r\n0\r\n\r\n");
        assertThat(check(Optional.of(200), "is well: gr\u00f6e")).isEmpty();
        assertThat(check(Optional.of(200), "ill")).isEqualTo("the answer lacks \"ill\"");
    }

    @Test
    void ofAnAnswerWithoutEndNoMoreIsTakenThanIsNeeded() throws Exception {
        endless(FOUND + "\r\n", new byte[16_384]);
        assertThat(check(Optional.empty(), "")).isEmpty();
        assertThat(check(Optional.empty(), "ok")).isEqualTo("the answer lacks \"ok\"");
        assertThat(said.get()).as("bytes of the answer that were sent").isLessThan(32 << 20);
    }

    @Test
    void ofAGigabyteNoMoreIsTakenThanIsNeeded() throws Exception {
        endless(FOUND + "Content-Length: 1073741824\r\n\r\n", new byte[16_384]);
        assertThat(check(Optional.empty(), "ok")).isEqualTo("the answer lacks \"ok\"");
        assertThat(said.get()).as("bytes of the answer that were sent").isLessThan(32 << 20);
    }

    @Test
    void aBodyThatComesSlowlyIsFoundAsSoonAsItIsThere() throws Exception {
        serve(client -> {
            client.write((FOUND + "Content-Length: 1000\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            for (byte letter : "all is well".getBytes(StandardCharsets.US_ASCII)) {
                client.write(letter);
                Thread.sleep(5);
            }
            Thread.sleep(60_000);
        });
        assertThat(check(Optional.empty(), "well")).isEmpty();
    }

    @Test
    void aBodyThatDoesNotComeIsNoAnswer() throws Exception {
        serve(client -> {
            client.write((FOUND + "Content-Length: 1000\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            Thread.sleep(60_000);
        });
        assertThat(check(Optional.empty(), "ok")).isEqualTo("no answer in 500 ms");
    }

    @Test
    void whatIsNoHttpOrNoTlsFailsWithTheReason() throws Exception {
        serve("220 mail.example.net ESMTP\r\n");
        assertThat(check(Optional.empty(), "")).startsWith("no answer: ");
        assertThat(check("https", Optional.empty(), "")).startsWith("no answer");
    }
}
