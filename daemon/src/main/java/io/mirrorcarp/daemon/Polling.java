// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Looks again and again until there is an answer. Each look stands alone: in a chain, where one look is composed of the next, the answer comes back through all of
 * them at once, and a thousand are too many for the stack.
 */
final class Polling {
    private static final long PERIOD_MILLIS = 10;

    private Polling() {}

    /**
     * Begins at once.
     *
     * @param look gives the answer, or empty for a further look after {@value #PERIOD_MILLIS} ms; fails to end it
     */
    static <T> Future<T> until(Vertx vertx, Supplier<Future<Optional<T>>> look) {
        Promise<T> answer = Promise.promise();
        poll(vertx, look, answer);
        return answer.future();
    }

    private static <T> void poll(Vertx vertx, Supplier<Future<Optional<T>>> look, Promise<T> answer) {
        look.get().onFailure(answer::fail).onSuccess(found -> {
            if (found.isPresent()) {
                answer.complete(found.get());
            } else {
                vertx.setTimer(PERIOD_MILLIS, later -> poll(vertx, look, answer));
            }
        });
    }
}
