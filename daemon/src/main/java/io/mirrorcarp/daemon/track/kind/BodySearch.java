// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Looks for a text at the beginning of an answer. As soon as it is found, or too far behind, no more of the answer is taken: it may be long, or have no end. */
final class BodySearch implements BodySubscriber<Boolean> {
    static final int MAXIMUM_BYTES = 65_536;

    private final CompletableFuture<Boolean> found = new CompletableFuture<>();
    /** A letter for each byte of UTF-8. */
    private final String wanted;

    private final StringBuilder beginning = new StringBuilder();
    private Flow.@Nullable Subscription subscription;

    /** @param text empty where any answer will do */
    BodySearch(String text) {
        wanted = letters(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String letters(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Override
    public CompletionStage<Boolean> getBody() {
        return found;
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
        subscription = begun;
        goOn(wanted.isEmpty());
    }

    @Override
    public void onNext(List<ByteBuffer> parts) {
        int from = Math.max(0, beginning.length() - wanted.length());
        for (ByteBuffer part : parts) {
            byte[] bytes = new byte[Math.min(part.remaining(), MAXIMUM_BYTES - beginning.length())];
            part.get(bytes);
            beginning.append(letters(bytes));
        }
        goOn(beginning.indexOf(wanted, from) >= 0);
    }

    private void goOn(boolean success) {
        Flow.Subscription open = subscription;
        if (open == null) {
            return;
        }
        if (success || beginning.length() == MAXIMUM_BYTES) {
            found.complete(success);
            open.cancel();
        } else {
            open.request(1);
        }
    }

    @Override
    public void onError(Throwable failure) {
        found.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        found.complete(false);
    }
}
