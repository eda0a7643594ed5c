// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProcessMarkTest {
    @Test
    void thisProcessLives() {
        assertThat(ProcessMark.ofThisProcess().lives()).isTrue();
    }

    @Test
    void aLaterProcessOfTheSameIdIsAnother() {
        ProcessMark mine = ProcessMark.ofThisProcess();
        assertThat(new ProcessMark(mine.pid(), mine.startTicks() - 1).lives()).isFalse();
    }

    @Test
    void aProcessThatEndedDoesNotLive() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("true").start();
        long pid = process.pid();
        process.waitFor();
        assertThat(new ProcessMark(pid, 1).lives()).isFalse();
    }

    @Test
    void theTextIsReadBack() {
        ProcessMark mark = ProcessMark.ofThisProcess();
        assertThat(ProcessMark.parse(mark.text() + "\n")).contains(mark);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "12", "a b", "1 2 3", "99999999999999999999 1"})
    void anythingElseIsNoMark(String text) {
        assertThat(ProcessMark.parse(text)).isEmpty();
    }
}
