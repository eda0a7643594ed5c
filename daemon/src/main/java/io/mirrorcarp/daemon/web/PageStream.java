// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.vertx.core.http.HttpServerResponse;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The event stream of one page. */
final class PageStream {
    private final HttpServerResponse response;
    private final BooleanSupplier stays;
    private final Consumer<PageStream> onDrain;
    private long lastSequence;
    private boolean stuck;

    /**
     * @param stays false once its user may no longer read
     * @param lastSequence of the last event that the page has
     * @param onDrain called when it can be written to again
     */
    PageStream(HttpServerResponse response, BooleanSupplier stays, long lastSequence, Consumer<PageStream> onDrain) {
        this.response = response;
        this.stays = stays;
        this.lastSequence = lastSequence;
        this.onDrain = onDrain;
    }

    /** What stands before each stream. */
    static HttpServerResponse head(HttpServerResponse response) {
        return response.putHeader("Content-Type", "text/event-stream").putHeader("X-Accel-Buffering", "no");
    }

    void begin() {
        head(response).setChunked(true).drainHandler(drained -> onDrain.accept(this));
        response.write("retry: 2000\n\n");
    }

    long lastSequence() {
        return lastSequence;
    }

    boolean isWritable() {
        return !response.closed() && !response.writeQueueFull();
    }

    void write(String text, long newest) {
        lastSequence = newest;
        if (!text.isEmpty()) {
            response.write(text);
        }
    }

    /** False when it should be closed: nothing could be written since the last tick, or its user may not read any more. */
    boolean tick() {
        if (!stays.getAsBoolean() || (stuck && !isWritable())) {
            return false;
        }
        stuck = !isWritable();
        if (!stuck) {
            response.write(":\n\n");
        }
        return true;
    }

    /** By closing the connection: an end would wait for a page that does not read. */
    void close() {
        response.reset();
    }
}
