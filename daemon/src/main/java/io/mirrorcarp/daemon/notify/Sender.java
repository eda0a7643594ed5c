// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.notify;

import io.mirrorcarp.daemon.config.NotifyConfiguration;
import io.mirrorcarp.daemon.program.HookServant;
import io.mirrorcarp.daemon.program.Program;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertificateException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Tells one notice one way, once. Blocks, for the timeout at most. */
final class Sender {
    private static final int FIRST_SUCCESS = 200;
    private static final int BEHIND_SUCCESS = 300;
    private static final String MAIL = "printf '%s' \"$CARPD_MAIL\" | \"$0\" -oi -- \"$CARPD_TO\"";

    private final NotifyConfiguration settings;
    private final Means means;
    private final Optional<HookServant> servant = HookServant.find();
    private @Nullable HttpClient client;

    Sender(NotifyConfiguration settings, Means means) {
        this.settings = settings;
        this.means = means;
    }

    /**
     * What the host has for it.
     *
     * @param sendmail the program that takes mail
     * @param tls which certificates are trusted; empty for those that the host trusts
     */
    record Means(String sendmail, Optional<SSLContext> tls) {
        static final Means OF_HOST = new Means("/usr/sbin/sendmail", Optional.empty());
    }

    /** Why it was not told, in words; empty when it was. */
    Optional<String> send(Notice notice) throws InterruptedException {
        return switch (settings.way()) {
            case WEBHOOK -> post(notice);
            case MAIL -> {
                Map<String, String> environment = new HashMap<>();
                environment.put("CARPD_TO", settings.target());
                environment.put("CARPD_MAIL", notice.mail(settings.target()));
                yield run(List.of("/bin/sh", "-c", MAIL, means.sendmail()), environment);
            }
            case COMMAND ->
                run(List.of(settings.target(), notice.kind().text(), notice.message()), notice.environment());
        };
    }

    private Optional<String> run(List<String> command, Map<String, String> environment) throws InterruptedException {
        Program program = new Program(command, environment, settings.timeout());
        Program.Result result = servant.isPresent() ? servant.get().run(program) : program.run();
        return result.isSuccess() ? Optional.empty() : Optional.of(result.text(settings.timeout()));
    }

    private Optional<String> post(Notice notice) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(settings.target()))
                .timeout(settings.timeout())
                .header("Content-Type", "application/json")
                .header("User-Agent", "carpd")
                .POST(BodyPublishers.ofString(notice.json()))
                .build();
        // What follows the head of an answer is not waited for: it may never end.
        try {
            HttpResponse<InputStream> response = http().send(request, BodyHandlers.ofInputStream());
            response.body().close();
            boolean taken = response.statusCode() >= FIRST_SUCCESS && response.statusCode() < BEHIND_SUCCESS;
            return taken ? Optional.empty() : Optional.of("it answered " + response.statusCode());
        } catch (IOException e) {
            return Optional.of(words(e));
        }
    }

    /** Why it could not be posted, for an administrator. */
    private String words(IOException e) {
        String message = String.valueOf(e.getMessage());
        if (e instanceof HttpTimeoutException) {
            return "no answer within " + settings.timeout().toMillis() + " ms";
        }
        if (has(e, CertificateException.class)) {
            return "its certificate is not trusted here (" + message
                    + "): put that of its authority into /usr/local/share/ca-certificates, run update-ca-certificates, and restart carpd";
        }
        if (e instanceof SSLException) {
            return "no TLS with it: " + message;
        }
        if (has(e, UnresolvedAddressException.class)) {
            return "no host has this name, or no name server answers";
        }
        return e.getMessage() == null ? "it cannot be connected to" : message;
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> kind) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** Made for the first: a node without webhooks has no use for its classes and threads. */
    private HttpClient http() {
        HttpClient made = client;
        if (made == null) {
            HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(settings.timeout());
            means.tls().ifPresent(builder::sslContext);
            made = builder.build();
            client = made;
        }
        return made;
    }
}
