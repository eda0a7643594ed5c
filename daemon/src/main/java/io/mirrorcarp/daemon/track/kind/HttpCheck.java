// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A web server must answer with the right status, and with a text in its answer where one is asked for. A redirection is not followed: it is an answer. */
final class HttpCheck implements Check {
    /** One for all checks, since each has threads of its own. */
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    private final HttpRequest request;
    private final Optional<Integer> status;
    private final String body;

    /**
     * @param status the one that counts as success; any of 200 to 399 where it is empty
     * @param body a text that the first {@value BodySearch#MAXIMUM_BYTES} bytes of the answer must have in them; empty for none
     */
    HttpCheck(URI uri, Optional<Integer> status, String body) {
        request = HttpRequest.newBuilder(uri).GET().build();
        this.status = status;
        this.body = body;
    }

    @Override
    public String failure(Duration timeout) throws InterruptedException {
        CompletableFuture<HttpResponse<Boolean>> response = CLIENT.sendAsync(request, head -> new BodySearch(body));
        try {
            return judge(response.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return "no answer: " + (cause.getMessage() == null ? "no connection" : cause.getMessage());
        } catch (TimeoutException e) {
            return "no answer in " + timeout.toMillis() + " ms";
        } finally {
            response.cancel(true);
        }
    }

    private String judge(HttpResponse<Boolean> response) {
        int answered = response.statusCode();
        boolean right = status.map(wanted -> wanted == answered).orElse(answered >= 200 && answered < 400);
        if (!right) {
            return "the status is " + answered;
        }
        return response.body() ? "" : "the answer lacks \"" + body + "\"";
    }
}
