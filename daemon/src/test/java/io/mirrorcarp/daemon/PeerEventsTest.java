// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.pfsync.message.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class PeerEventsTest {
    private final EventLog events = new EventLog(Clock.systemUTC());

    private JsonArray told() {
        String text = PeerStatuses.events("fw-b", "91ab33c0", events.last(100));
        assertThat(text.getBytes(StandardCharsets.UTF_8).length)
                .as("an answer that is cut is no JSON")
                .isLessThan(Answer.MAX_PARTS * Answer.MAX_PART_BYTES - 100);
        return new JsonObject(text).getJsonArray("events");
    }

    @Test
    void theLatestComeOldestFirst() {
        events.keep("carp", "one");
        events.keep("carp", "two");
        assertThat(told())
                .extracting(one -> ((JsonObject) one).getString("message"))
                .containsExactly("one", "two");
    }

    @Test
    void longOnesAreFewer() {
        for (int i = 0; i < 100; i++) {
            events.keep("track", "ü".repeat(1000) + i);
        }
        assertThat(told()).hasSizeBetween(15, 30);
        assertThat(((JsonObject) told().getValue(told().size() - 1)).getString("message"))
                .endsWith("99");
    }
}
