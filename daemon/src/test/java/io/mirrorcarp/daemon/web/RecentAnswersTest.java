// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two virtual hosts are taken one after the other. A page asks on account of the first event and of the second, and must not be told the same. */
class RecentAnswersTest {
    private final List<Promise<String>> asked = new ArrayList<>();
    private long latestEvent = 1;
    private final RecentAnswers<String> answers = new RecentAnswers<>(this::ask, () -> latestEvent);

    private Future<String> ask(String question) {
        Promise<String> answer = Promise.promise();
        asked.add(answer);
        return answer.future();
    }

    @Test
    void pagesThatAskTogetherShareAnAnswer() {
        Future<String> first = answers.ask("status");
        assertThat(answers.ask("status")).as("under way").isSameAs(first);
        asked.get(0).complete("one is MASTER");
        assertThat(answers.ask("status")).as("just answered").isSameAs(first);
        assertThat(asked).hasSize(1);
    }

    @Test
    void whatWasAskedBeforeTheLatestEventIsNotShared() {
        answers.ask("status");
        latestEvent++;
        Future<String> second = answers.ask("status");
        assertThat(asked).as("one under way").hasSize(2);
        asked.get(1).complete("one is MASTER");
        latestEvent++;
        answers.ask("status");
        assertThat(asked).as("one that has just been answered").hasSize(3);
        assertThat(second.result()).isEqualTo("one is MASTER");
    }
}
