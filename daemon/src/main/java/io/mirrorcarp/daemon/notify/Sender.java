// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.notify;

import io.mirrorcarp.daemon.config.NotifyConfiguration;
import io.mirrorcarp.daemon.program.HookServant;
import io.mirrorcarp.daemon.program.Program;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells one notice one way, once. Blocks, for the timeout at most. */
final class Sender {
    private static final int FIRST_SUCCESS = 200;
    private static final int BEHIND_SUCCESS = 300;
    private static final String MAIL = "printf '%s' \"$CARPD_MAIL\" | /usr/sbin/sendmail -oi -- \"$CARPD_TO\"";

    private final NotifyConfiguration settings;
    private final Optional<HookServant> servant = HookServant.find();
    private @Nullable HttpClient client;

    Sender(NotifyConfiguration settings) {
        this.settings = settings;
    }

    /** Why it was not told, in words; empty when it was. */
    Optional<String> send(Notice notice) throws InterruptedException {
        return switch (settings.way()) {
            case WEBHOOK -> post(notice);
            case MAIL -> {
                Map<String, String> environment = new HashMap<>();
                environment.put("CARPD_TO", settings.target());
                environment.put("CARPD_MAIL", notice.mail(settings.target()));
                yield run(List.of("/bin/sh", "-c", MAIL), environment);
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
        try {
            HttpResponse<Void> response = http().send(request, BodyHandlers.discarding());
            boolean taken = response.statusCode() >= FIRST_SUCCESS && response.statusCode() < BEHIND_SUCCESS;
            return taken ? Optional.empty() : Optional.of("it answered " + response.statusCode());
        } catch (IOException e) {
            return Optional.of(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    /** Made for the first: a node without webhooks has no use for its classes and threads. */
    private HttpClient http() {
        HttpClient made = client;
        if (made == null) {
            made = HttpClient.newBuilder().connectTimeout(settings.timeout()).build();
            client = made;
        }
        return made;
    }
}
