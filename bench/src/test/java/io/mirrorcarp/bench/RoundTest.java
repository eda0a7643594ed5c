// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.bench.measure.Campaign;
import io.mirrorcarp.bench.measure.Effort;
import io.mirrorcarp.bench.measure.Measurement;
import io.mirrorcarp.bench.measure.Progress;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.lab.net.LabException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoundTest {
    private final ByteArrayOutputStream told = new ByteArrayOutputStream();
    private final List<Result> shown = new ArrayList<>();
    private final List<Integer> fitted = new ArrayList<>();
    private final Campaign campaign = new Campaign(Effort.QUICK, new Progress(new PrintStream(told, true, UTF_8)));

    private record Fake(List<String> names, boolean fails) implements Measurement {
        @Override
        public String summary() {
            return "";
        }

        @Override
        public int flows(Effort effort) {
            return names.size();
        }

        @Override
        public List<Result> run(Set<String> wanted, Campaign campaign) {
            if (fails) {
                throw new LabException("no cable");
            }
            return wanted.stream()
                    .map(name -> Result.of(name, "", List.of(), List.of(), Map.of()))
                    .toList();
        }
    }

    private Round make(String... wanted) {
        Round round = new Round(
                List.of(
                        new Fake(List.of("a", "b", "c"), false),
                        new Fake(List.of("broken"), true),
                        new Fake(List.of("d", "e"), false)),
                campaign,
                shown::add);
        round.make(Set.of(wanted), fitted::add);
        return round;
    }

    @Test
    void onlyWhatWasAskedForIsMeasuredInTheOrderOfTheCatalogue() {
        Round round = make("d", "c", "a");
        assertThat(round.results()).extracting(Result::name).containsExactly("a", "c", "d");
        assertThat(shown).isEqualTo(round.results());
        assertThat(round.failures()).isEmpty();
    }

    @Test
    void theKernelGetsRoomForEachMeasurementThatIsMade() {
        make("e", "b");
        assertThat(fitted).containsExactly(3, 2);
    }

    @Test
    void aFailureIsToldAndTheOthersAreMade() {
        Round round = make("a", "broken", "d");
        assertThat(round.results()).extracting(Result::name).containsExactly("a", "d");
        assertThat(round.failures()).containsExactly("broken: no cable");
        assertThat(told.toString(UTF_8)).contains("failed: broken: no cable");
    }
}
