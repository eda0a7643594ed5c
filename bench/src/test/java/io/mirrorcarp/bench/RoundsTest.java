// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.bench.measure.Campaign;
import io.mirrorcarp.bench.measure.Effort;
import io.mirrorcarp.bench.measure.Measurement;
import io.mirrorcarp.bench.measure.Progress;
import io.mirrorcarp.bench.report.Figure;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.Role;
import io.mirrorcarp.lab.net.LabException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private final ByteArrayOutputStream told = new ByteArrayOutputStream();
    private final List<Result> shown = new ArrayList<>();
    private final List<Integer> fitted = new ArrayList<>();
    private final Campaign campaign = new Campaign(Effort.QUICK, new Progress(new PrintStream(told, true, UTF_8)));

    /** What disturbs the rounds, one by one; the others are still. */
    private final Queue<Optional<String>> disturbances = new ArrayDeque<>();

    private record Fake(List<String> names, boolean fails) implements Measurement {
        @Override
        public String summary() {
            return "";
        }

        @Override
        public int flows(Effort effort) {
            return names.size();
        }

        private static Figure figure() {
            return Figure.cost("time", "s", List.of(new Reading("carpd", Role.OURS, 1)), null);
        }

        @Override
        public List<Result> run(Set<String> wanted, Campaign campaign) {
            if (fails) {
                throw new LabException("no cable");
            }
            return wanted.stream()
                    .map(name -> Result.of(name, "", List.of(figure()), List.of(), Map.of()))
                    .toList();
        }
    }

    private Optional<String> watch(Runnable round) {
        round.run();
        return disturbances.isEmpty() ? Optional.empty() : disturbances.remove();
    }

    private Rounds make(String... wanted) {
        Rounds rounds = new Rounds(
                List.of(
                        new Fake(List.of("a", "b", "c"), false),
                        new Fake(List.of("broken"), true),
                        new Fake(List.of("d", "e"), false)),
                campaign,
                2,
                this::watch,
                shown::add);
        rounds.make(Set.of(wanted), fitted::add);
        return rounds;
    }

    @Test
    void onlyWhatWasAskedForIsMeasuredInTheOrderOfTheCatalogue() {
        Rounds rounds = make("d", "c", "a");
        assertThat(rounds.results()).extracting(Result::name).containsExactly("a", "c", "d");
        assertThat(shown).isEqualTo(rounds.results());
        assertThat(rounds.failures()).isEmpty();
    }

    @Test
    void theKernelGetsRoomForEachMeasurementThatIsMade() {
        make("e", "b");
        assertThat(fitted).containsExactly(3, 2);
    }

    @Test
    void aFailureIsToldAndTheOthersAreMade() {
        Rounds rounds = make("a", "broken", "d");
        assertThat(rounds.results()).extracting(Result::name).containsExactly("a", "d");
        assertThat(rounds.failures()).containsExactly("broken: no cable");
        assertThat(told.toString(UTF_8)).contains("failed: broken: no cable");
    }

    @Test
    void eachRoundGivesAValue() {
        assertThat(values(make("a"))).hasSize(2);
        assertThat(told.toString(UTF_8)).contains("a, round 1 of 2", "a, round 2 of 2");
    }

    @Test
    void aDisturbedRoundIsLeftOutToldAndMadeAgain() {
        disturbances.add(Optional.of("somebody compiles"));
        Rounds rounds = make("a");
        assertThat(values(rounds)).hasSize(2);
        assertThat(rounds.results().get(0).notes()).containsExactly("disturbed rounds left out: 1 (somebody compiles)");
    }

    @Test
    void nothingIsToldOfAMachineThatIsNeverStill() {
        for (int i = 0; i <= Rounds.SPARE; i++) {
            disturbances.add(Optional.of("somebody compiles"));
        }
        Rounds rounds = make("a", "d");
        assertThat(rounds.results()).extracting(Result::name).containsExactly("d");
        assertThat(rounds.failures())
                .containsExactly("a: no figure, since the machine was disturbed each time: somebody compiles");
    }

    private static List<Double> values(Rounds rounds) {
        return rounds.results().get(0).figures().get(0).readings().get(0).values();
    }
}
