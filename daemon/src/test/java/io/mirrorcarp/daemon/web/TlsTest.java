// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.web.WebBed.Cookie;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The same over TLS, where a browser and this client speak HTTP/2: one connection has many requests. */
@Timeout(60)
class TlsTest {
    private static final String MAINTENANCE = "/api/v1/actions/maintenance";
    private static final String ON = "{\"on\":true}";

    private WebBed bed;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException, GeneralSecurityException {
        bed = WebBed.withTls(directory);
    }

    @AfterEach
    void stop() {
        bed.close();
    }

    private HttpRequest.Builder ofOurPage(HttpRequest.Builder request) {
        return request.header("Origin", bed.url("")).header("Sec-Fetch-Site", "same-origin");
    }

    @Test
    void thePageOperatesByHttp2() {
        HttpResponse<String> page = bed.send(bed.request("/"));
        assertThat(page.version()).isEqualTo(HttpClient.Version.HTTP_2);
        HttpResponse<String> login = bed.send(ofOurPage(bed.post(
                "/api/v1/login",
                new JsonObject()
                        .put("user", "alice")
                        .put("password", WebBed.PASSWORD)
                        .encode())));
        assertThat(login.statusCode()).as(login.body()).isEqualTo(200);
        String cookie = login.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).startsWith("__Host-carpd-6f1c2a90=").contains("Secure", "HTTPOnly", "SameSite=Strict");
        Cookie alice = new Cookie(cookie.split(";", 2)[0], new JsonObject(login.body()).getString("csrf"));
        HttpResponse<String> done = bed.send(ofOurPage(alice.on(bed.post(MAINTENANCE, ON))));
        assertThat(done.statusCode()).as(done.body()).isEqualTo(200);
        assertThat(bed.daemon.told).containsExactly("maintenance on maintenance");
    }

    /** A refusal ends its own request, with a body that the client can read, and no other. */
    @Test
    void whatIsRefusedLeavesTheOthersAlone() {
        HttpResponse<InputStream> events = open("/api/v1/events");
        assertThat(events.version()).isEqualTo(HttpClient.Version.HTTP_2);
        HttpResponse<String> refused = bed.send(bed.post(MAINTENANCE, ON));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(new JsonObject(refused.body()).getString("error")).isEqualTo("log in first");
        HttpResponse<String> large = bed.send(bed.post(MAINTENANCE, " ".repeat(5000) + ON)
                .header("Authorization", "Bearer " + WebBed.OPERATOR_TOKEN));
        assertThat(large.statusCode()).isEqualTo(413);
        HttpRequest.Builder foreign = bed.post(MAINTENANCE, ON).header("Origin", "https://evil.example");
        assertThat(bed.send(foreign).statusCode()).isEqualTo(403);
        bed.events.report("carpd", "still here");
        assertThat(heard(events)).as("what the stream said after it").contains("still here");
    }

    private HttpResponse<InputStream> open(String path) {
        try {
            return bed.client.send(bed.request(path).build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String heard(HttpResponse<InputStream> stream) {
        StringBuilder text = new StringBuilder();
        try {
            for (int c = stream.body().read();
                    c >= 0 && text.indexOf("still here") < 0;
                    c = stream.body().read()) {
                text.append((char) c);
            }
        } catch (IOException e) {
            text.append(e);
        }
        return text.toString();
    }

    /** A refusal comes before the body is there; the client that goes on to send it does not lose the answer for that. */
    @Test
    void aRefusedStreamIsNotResetWhileItsBodyComes() {
        Vertx vertx = Vertx.vertx();
        // Kept: one that nobody refers to is closed.
        HttpClientAgent client = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setUseAlpn(true)
                .setSsl(true)
                .setTrustAll(true)
                .setVerifyHost(false));
        try {
            HttpClientRequest request = client.request(HttpMethod.POST, bed.port, "127.0.0.1", MAINTENANCE)
                    .await();
            request.putHeader("Content-Type", "application/json").putHeader("Content-Length", "" + ON.length());
            Future<Integer> answered =
                    request.response().compose(response -> response.body().map(body -> response.statusCode()));
            request.writeHead().await();
            assertThat(answered.await()).isEqualTo(401);
            // What was sent with the answer has come before this does.
            request.connection().ping(Buffer.buffer(new byte[8])).await();
            request.end(ON).await();
        } finally {
            client.close().await();
            vertx.close().await();
        }
    }

    @Test
    void onlyCiphersThatAuthenticateAreTaken() throws IOException, GeneralSecurityException {
        assertThat(suite("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")).startsWith("TLS_ECDHE");
        assertThat(suite("TLSv1.3", "TLS_AES_128_GCM_SHA256")).startsWith("TLS_AES");
        assertThatThrownBy(() -> suite("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() -> suite("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"))
                .isInstanceOf(SSLException.class);
    }

    /** What is agreed on with a client that offers this alone. */
    private String suite(String protocol, String offered) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(AddressText.parse("127.0.0.1").orElseThrow(), bed.port)) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.setEnabledCipherSuites(new String[] {offered});
            socket.startHandshake();
            return socket.getSession().getCipherSuite();
        }
    }
}
