// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.auth.SequenceMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceFileTest {
    @TempDir
    Path directory;

    private final List<String> troubles = new ArrayList<>();
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    private SequenceFile open(Path stateDir) {
        return new SequenceFile(stateDir.toString(), waiting::add, troubles::add);
    }

    @Test
    void whatIsKeptIsThereInTheNextLife() {
        SequenceFile file = open(directory.resolve("new"));
        assertThat(file.before("1@wan0")).isEqualTo(SequenceMark.NONE);
        file.keep("1@wan0", new SequenceMark(64, 0));
        file.keep("2@lan0", new SequenceMark(500, 437));
        file.keep("1@wan0", new SequenceMark(128, 65));
        assertThat(waiting).as("one write for all that came meanwhile").hasSize(1);
        waiting.remove().run();
        SequenceFile next = open(directory.resolve("new"));
        assertThat(next.before("1@wan0")).isEqualTo(new SequenceMark(128, 65));
        assertThat(next.before("2@lan0")).isEqualTo(new SequenceMark(500, 437));
        assertThat(troubles).isEmpty();
    }

    @Test
    void theEndWritesWhatWaits() {
        SequenceFile file = open(directory);
        file.keep("1@wan0", new SequenceMark(64, 0));
        file.finish();
        assertThat(open(directory).before("1@wan0")).isEqualTo(new SequenceMark(64, 0));
    }

    /** As the end of the daemon interrupts the thread that writes. */
    @Test
    void theEndWritesAgainWhatWasInterrupted() {
        SequenceFile file = open(directory);
        file.keep("1@wan0", new SequenceMark(64, 0));
        Thread.currentThread().interrupt();
        waiting.remove().run();
        assertThat(Thread.interrupted()).isTrue();
        file.finish();
        assertThat(open(directory).before("1@wan0")).isEqualTo(new SequenceMark(64, 0));
        assertThat(troubles).isEmpty();
    }

    @Test
    void linesThatAreNoSequencesAreNothingKnown() throws IOException {
        Files.writeString(directory.resolve("carp.sequences"), "1@wan0 5\n2@lan0 7 9\n3@x -1 -1\n\n4@y 9 7\n5@z a b\n");
        SequenceFile file = open(directory);
        for (String subject : List.of("1@wan0", "2@lan0", "3@x", "5@z")) {
            assertThat(file.before(subject)).as(subject).isEqualTo(SequenceMark.NONE);
        }
        assertThat(file.before("4@y")).isEqualTo(new SequenceMark(9, 7));
    }

    @Test
    void aPlaceThatCannotBeWrittenIsToldOnce() throws IOException {
        Path notADirectory = Files.writeString(directory.resolve("file"), "");
        SequenceFile file = open(notADirectory);
        file.keep("1@wan0", new SequenceMark(64, 0));
        file.finish();
        file.keep("1@wan0", new SequenceMark(128, 0));
        file.finish();
        assertThat(troubles).hasSize(1);
        assertThat(troubles.get(0)).startsWith("cannot keep the sequences of advertisements: ");
    }
}
