// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Reads the body of a request, as long as it is small and comes soon. */
final class BoundedBody {
    private static final long LIMIT_MILLIS = TimeUnit.SECONDS.toMillis(5);

    /** A member that stands twice is read as the one here and as the other by a filter before this: RFC 8259, 4. */
    private static final JsonFactory STRICT = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final Vertx vertx;
    private final HttpServerRequest request;
    private final int maximum;
    private final Promise<Buffer> whole = Promise.promise();
    private final Buffer received = Buffer.buffer();

    private BoundedBody(Vertx vertx, HttpServerRequest request, int maximum) {
        this.vertx = vertx;
        this.request = request;
        this.maximum = maximum;
    }

    /**
     * The JSON object of a body; an empty body is an empty object. Fails with a {@link Refusal}.
     *
     * @param request paused; it goes on by this
     * @param maximum bytes
     */
    static Future<JsonObject> json(Vertx vertx, HttpServerRequest request, int maximum) {
        return new BoundedBody(vertx, request, maximum).read().compose(BoundedBody::parse);
    }

    private Future<Buffer> read() {
        if (declaredLength() > maximum) {
            return Future.failedFuture(tooLarge());
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        long timer = vertx.setTimer(
                LIMIT_MILLIS,
                late -> whole.tryFail(new Refusal(408, WebCounter.TOO_SLOW, "the body did not come in time")));
        request.exceptionHandler(whole::tryFail);
        request.handler(this::receive);
        request.endHandler(end -> whole.tryComplete(received));
        request.resume();
        return whole.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    /** 0 where it is not told before the body. */
    private long declaredLength() {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException tooLong) {
            return Long.MAX_VALUE;
        }
    }

    private Refusal tooLarge() {
        return new Refusal(413, WebCounter.LARGE_BODY, "the body must have at most " + maximum + " bytes");
    }

    private void receive(Buffer bytes) {
        if (received.length() + bytes.length() > maximum) {
            whole.tryFail(tooLarge());
        } else {
            received.appendBuffer(bytes);
        }
    }

    private static Future<JsonObject> parse(Buffer body) {
        if (body.length() == 0) {
            return Future.succeededFuture(new JsonObject());
        }
        try {
            JsonObject object = body.toJsonObject();
            checkMembers(body.getBytes());
            return Future.succeededFuture(object);
        } catch (DecodeException | ClassCastException expected) {
            return Future.failedFuture(Refusal.badBody("the body is not a JSON object"));
        } catch (JsonProcessingException twice) {
            return Future.failedFuture(Refusal.badBody("a member of the body is given twice"));
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    private static void checkMembers(byte[] body) throws IOException {
        try (JsonParser parser = STRICT.createParser(body)) {
            JsonToken token;
            do {
                // Refuses a member that stands twice.
                token = parser.nextToken();
            } while (token != null);
        }
    }
}
