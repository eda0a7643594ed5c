// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mirrorcarp.bench.report.Figure.Better;
import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
    private static final List<Reading> READINGS = List.of(
            new Reading("slow peer", Role.PEER, 48),
            new Reading("fast peer", Role.PEER, 26),
            new Reading("ours", Role.OURS, 13),
            new Reading("floor", Role.FLOOR, 5.6),
            new Reading("remark", Role.REMARK, 1));

    @Test
    void aCostIsComparedWithTheCheapestPeerAndNeitherWithAFloorNorWithARemark() {
        Figure figure = Figure.cost("sender", "us", READINGS, null);
        assertThat(figure.bestPeer()).hasValue(26);
        assertThat(figure.ratio().orElseThrow()).isEqualTo(0.5, within(1e-9));
    }

    @Test
    void aRateIsComparedWithTheFastestPeer() {
        Figure figure = new Figure("rate", "1/s", Better.HIGHER, READINGS, null);
        assertThat(figure.bestPeer()).hasValue(48);
        assertThat(figure.ratio().orElseThrow()).isEqualTo(13.0 / 48, within(1e-9));
    }

    @Test
    void whatCouldNotBeMeasuredIsNeitherOursNorThePeers() {
        Figure figure = Figure.cost(
                "bulk",
                "s",
                List.of(
                        new Reading("a", Role.PEER, Double.NaN),
                        new Reading("b", Role.PEER, 7),
                        new Reading("ours", Role.OURS, Double.NaN)),
                Target.atMost(10));
        assertThat(figure.bestPeer()).hasValue(7);
        assertThat(figure.ours()).isEmpty();
        assertThat(figure.ratio()).isEmpty();
        assertThat(figure.verdict()).isEmpty();
    }

    @Test
    void aLimitIsMetByItself() {
        assertThat(Figure.cost("s", "us", READINGS, Target.atMost(13)).verdict())
                .isEqualTo("met");
        assertThat(Figure.cost("s", "us", READINGS, Target.atMost(12.9)).verdict())
                .isEqualTo("not met");
    }

    @Test
    void aMultipleOfThePeerIsTakenOfTheBestOne() {
        assertThat(Figure.cost("s", "us", READINGS, Target.atMostTimesPeer(0.5)).verdict())
                .isEqualTo("met");
        assertThat(Figure.cost("s", "us", READINGS, Target.atMostTimesPeer(0.4)).verdict())
                .isEqualTo("not met");
        List<Reading> rates = List.of(new Reading("peer", Role.PEER, 100), new Reading("ours", Role.OURS, 150));
        assertThat(new Figure("r", "1/s", Better.HIGHER, rates, Target.atLeastTimesPeer(1.5)).verdict())
                .isEqualTo("met");
        assertThat(new Figure("r", "1/s", Better.HIGHER, rates, Target.atLeastTimesPeer(1.6)).verdict())
                .isEqualTo("not met");
    }

    @Test
    void targetsAreStatedInWords() {
        assertThat(Target.atMost(1500).words()).isEqualTo("<= 1,500");
        assertThat(Target.atMost(2.5).words()).isEqualTo("<= 2.5");
        assertThat(Target.atMostTimesPeer(1).words()).isEqualTo("<= 1x peer");
        assertThat(Target.atLeastTimesPeer(1.5).words()).isEqualTo(">= 1.5x peer");
    }

    @Test
    void roundsAreComparedPairByPair() {
        Figure figure = Figure.merged(List.of(round(10, 20), round(30, 40), round(12, 20)));
        assertThat(figure.ratios()).containsExactly(0.5, 0.75, 0.6);
        assertThat(figure.ratio()).hasValue(0.6);
        assertThat(figure.ours()).hasValue(12);
        assertThat(figure.readings())
                .extracting(Reading::values)
                .containsExactly(List.of(20.0, 40.0, 20.0), List.of(10.0, 30.0, 12.0));
    }

    @Test
    void aRoundThatCouldNotBeMeasuredHasNoRatioAndCountsAsTheLongest() {
        Figure figure = Figure.merged(List.of(round(Double.NaN, 20), round(10, 20)));
        assertThat(figure.ratios()).containsExactly(0.5);
        assertThat(figure.ours()).isEmpty();
        assertThat(figure.readings().get(1).least()).isEqualTo(10);
        assertThat(figure.readings().get(1).most()).isNaN();
    }

    private static Figure round(double ours, double peer) {
        return Figure.cost(
                "s", "us", List.of(new Reading("peer", Role.PEER, peer), new Reading("ours", Role.OURS, ours)), null);
    }
}
