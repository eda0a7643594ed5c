// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.config.CheckHost;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against a server whose answers a test makes of each query; the third byte has the bit of an answer then, and the fourth ends with its error. */
class DnsCheckTest {
    private static final int RESPONSE = 0x80;
    private static final int TRUNCATED = 0x02;

    private DatagramSocket server;
    private volatile byte[] query = {};

    private void serve(List<UnaryOperator<byte[]>> answers) throws IOException {
        server = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread serving = new Thread(() -> {
            try {
                while (true) {
                    DatagramPacket received = new DatagramPacket(new byte[512], 512);
                    server.receive(received);
                    query = Arrays.copyOf(received.getData(), received.getLength());
                    for (UnaryOperator<byte[]> answer : answers) {
                        byte[] bytes = answer.apply(query.clone());
                        server.send(new DatagramPacket(bytes, bytes.length, received.getSocketAddress()));
                    }
                }
            } catch (IOException closed) {
                // The test is over.
            }
        });
        serving.setDaemon(true);
        serving.start();
    }

    private static UnaryOperator<byte[]> answer(int flags, int error) {
        return query -> {
            query[2] |= (byte) flags;
            query[3] |= (byte) error;
            return query;
        };
    }

    private String check(String name) {
        CheckHost host = CheckHost.parse("127.0.0.1").orElseThrow();
        return new DnsCheck(host, server.getLocalPort(), name).failure(Duration.ofMillis(300));
    }

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "0, ''",
        "1, 127.0.0.1 answers with error 1 (FORMERR)",
        "2, 127.0.0.1 answers with error 2 (SERVFAIL)",
        "3, 127.0.0.1 knows no name example.net",
        "5, 127.0.0.1 answers with error 5 (REFUSED)",
        "9, 127.0.0.1 answers with error 9",
    })
    void anErrorIsNamed(int error, String failure) throws IOException {
        serve(List.of(answer(RESPONSE, error)));
        assertThat(check("example.net")).isEqualTo(failure);
    }

    @Test
    void anAnswerThatWasCutIsOne() throws IOException {
        serve(List.of(answer(RESPONSE | TRUNCATED, 0)));
        assertThat(check("example.net")).isEmpty();
        assertThat(new String(query, 12, 13, StandardCharsets.ISO_8859_1)).isEqualTo("\7example\3net\0");
    }

    @Test
    void whatAnswersNotThisQueryIsPassedOver() throws IOException {
        UnaryOperator<byte[]> otherNumber = query -> {
            query[0]++;
            return answer(RESPONSE, 0).apply(query);
        };
        serve(List.of(answer(0, 0), query -> new byte[] {1, 2, 3}, otherNumber));
        assertThat(check(".")).isEqualTo("no answer from 127.0.0.1 in 300 ms");
        close();
        serve(List.of(otherNumber, answer(RESPONSE, 2)));
        assertThat(check(".")).endsWith("(SERVFAIL)");
    }

    @Test
    void aPortThatIsClosedFailsAtOnce() throws IOException {
        serve(List.of());
        int port = server.getLocalPort();
        server.close();
        CheckHost host = CheckHost.parse("127.0.0.1").orElseThrow();
        assertThat(new DnsCheck(host, port, ".").failure(Duration.ofSeconds(10)))
                .startsWith("127.0.0.1: ");
    }
}
