// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import org.jspecify.annotations.Nullable;

/** A request that is not carried out: the HTTP status, the sentence for the user, and where it is counted. */
final class Refusal extends Exception {
    private final int status;
    private final @Nullable WebCounter counter;

    Refusal(int status, @Nullable WebCounter counter, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
        this.counter = counter;
    }

    int status() {
        return status;
    }

    /** Null where nothing was wrong with the request. */
    @Nullable
    WebCounter counter() {
        return counter;
    }

    static Refusal badQuery(String sentence) {
        return new Refusal(400, WebCounter.BAD_QUERY, sentence);
    }

    static Refusal badBody(String sentence) {
        return new Refusal(400, WebCounter.BAD_BODY, sentence);
    }
}
