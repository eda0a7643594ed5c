// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void everySystemHasARowAndEveryFigureAColumn() {
        assertThat(TextTable.of(Samples.COST)).isEqualTo("""
                sender: CPU time of the sender

                                         p50      max
                                     us/flow  us/flow
                  conntrackd            48.0
                  carpd                 12.0        -
                  floor                 5.60
                  carpd / best peer     0.25
                  target               <= 10
                                     not met

                  a note & <more>
                """);
    }

    @Test
    void withoutPeersAndTargetsThereAreNoRowsForThem() {
        assertThat(TextTable.of(Samples.SIZES)).isEqualTo("""
                size: by size

                          10,000  1,000,000
                         us/flow    us/flow
                  carpd     10.0       20.0
                """);
    }

    @Test
    void ofSeveralRoundsTheMedianTheRangeAndTheRatioOfEachPairAreTold() {
        Result result = Result.merged(List.of(round(10, 20), round(14, 20), round(12, 30)));
        assertThat(TextTable.of(result)).isEqualTo("""
                bulk: time

                                                     500,000
                                                           s
                  conntrackd             20.0 (20.0 to 30.0)
                  carpd                  12.0 (10.0 to 14.0)
                  carpd / best peer  0.50 (0.50, 0.70, 0.40)
                """);
    }

    private static Result round(double ours, double peer) {
        List<Reading> readings =
                List.of(new Reading("conntrackd", Role.PEER, peer), new Reading("carpd", Role.OURS, ours));
        return Result.of("bulk", "time", List.of(Figure.cost("500,000", "s", readings, null)), List.of(), Map.of());
    }

    @Test
    void numbersHaveThreeSignificantDigitsAtLeast() {
        assertThat(TextTable.number(12_345.6)).isEqualTo("12,346");
        assertThat(TextTable.number(123.4)).isEqualTo("123");
        assertThat(TextTable.number(12.34)).isEqualTo("12.3");
        assertThat(TextTable.number(1.234)).isEqualTo("1.23");
        assertThat(TextTable.number(0.0304)).isEqualTo("0.030");
        assertThat(TextTable.number(Double.NaN)).isEqualTo("-");
    }
}
