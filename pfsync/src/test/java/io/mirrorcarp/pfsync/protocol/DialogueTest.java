// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.Answer;
import io.mirrorcarp.pfsync.message.Question;
import io.mirrorcarp.pfsync.session.Dialogue;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Questions of one node to another, over a network that loses, repeats and reorders. */
class DialogueTest {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final World world = new World(3);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");
    private final SimulatedNode c = world.add("fw-c");
    private final List<String> outcomes = new ArrayList<>();

    private void start() {
        a.start();
        b.start();
        c.start();
        world.runMillis(1_000);
    }

    private void ask(String text, long limitMillis) {
        Dialogue.Asker asker = new Dialogue.Asker() {
            @Override
            public void answered(String answer) {
                outcomes.add(answer);
            }

            @Override
            public void unanswered() {
                outcomes.add("(none)");
            }
        };
        long now = world.nowNanos();
        a.machine.ask(b.creatorId, text, now + limitMillis * NANOS_PER_MILLI, asker, now);
        a.arm();
    }

    private void answer(Question question, String text) {
        b.machine.answer(a.creatorId, question.id(), text, world.nowNanos());
    }

    @Test
    void isAskedOfOneNodeAndAnsweredAtOnce() {
        start();
        ask("configuration", 5_000);
        world.runMillis(5);
        assertThat(b.asked).extracting(Question::text).containsExactly("configuration");
        assertThat(c.asked).isEmpty();
        answer(b.asked.get(0), "all is well");
        world.runMillis(5);
        assertThat(outcomes).containsExactly("all is well");
    }

    @Test
    void anAnswerThatComesLateIsStillForItsQuestionAndCarriedOutOnce() {
        start();
        ask("slow", 5_000);
        world.runMillis(2_000);
        assertThat(b.asked).hasSize(1);
        answer(b.asked.get(0), "done");
        answer(b.asked.get(0), "done again");
        world.runMillis(200);
        assertThat(outcomes).containsExactly("done");
    }

    @Test
    void aLongAnswerComesWholeHoweverMuchIsLost() {
        String text = "ä line of some length\n".repeat(1_000);
        Random random = new Random(11);
        start();
        world.isLost = frame -> random.nextInt(3) == 0;
        ask("everything", 60_000);
        for (int i = 0; i < 600 && outcomes.isEmpty(); i++) {
            world.runMillis(100);
            b.asked.forEach(question -> answer(question, text));
        }
        assertThat(b.asked).hasSize(1);
        assertThat(outcomes).containsExactly(text);
    }

    @Test
    void whatIsTooLongIsCut() {
        start();
        ask("too much", 60_000);
        world.runMillis(10);
        answer(b.asked.get(0), "x".repeat(Answer.MAX_PARTS * Answer.MAX_PART_BYTES + 1));
        world.runMillis(5_000);
        assertThat(outcomes).singleElement().matches(text -> text.length() == Answer.MAX_PARTS * Answer.MAX_PART_BYTES);
    }

    @Test
    void noAnswerIsToldInTimeAndAtOnceWhereThePeerIsGone() {
        start();
        ask("silence", 500);
        world.runMillis(499);
        assertThat(outcomes).isEmpty();
        world.runMillis(3);
        assertThat(outcomes).containsExactly("(none)");
        b.stop();
        world.runMillis(100);
        ask("anybody there", 5_000);
        assertThat(outcomes).containsExactly("(none)", "(none)");
    }

    @Test
    void aSecondQuestionAtTheSameTimeIsRefused() {
        start();
        ask("one", 5_000);
        ask("two", 5_000);
        assertThat(outcomes).containsExactly("(none)");
        world.runMillis(100);
        assertThat(b.asked).extracting(Question::text).containsExactly("one");
    }

    @Test
    void aRepetitionTellsHowOldTheQuestionIs() {
        start();
        world.isLost = frame -> true;
        ask("late", 5_000);
        world.runMillis(250);
        world.isLost = frame -> false;
        world.runMillis(200);
        assertThat(b.asked)
                .singleElement()
                .satisfies(late -> assertThat(late.ageMillis()).isBetween(250, 400));
    }
}
