// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fits a terminal, and what is coloured there. */
class LookTest {
    @ParameterizedTest
    @ValueSource(ints = {40, 60, 80, 100, 120})
    void noLineIsLongerThanTheTerminalAndNoWordIsLost(int columns) {
        String wide = StatusText.render(FakeDaemon.inTrouble());
        String fitted = StatusText.render(FakeDaemon.inTrouble(), new Look(columns, true));
        assertThat(fitted.lines())
                .allSatisfy(line -> assertThat(Look.width(line)).isLessThanOrEqualTo(columns));
        String plain = fitted.replaceAll("\u001b\\[[0-9;]*m", "");
        assertThat(Arrays.asList(plain.split("\\s+", -1))).containsAll(Arrays.asList(wide.split("\\s+", -1)));
    }

    @Test
    void columnsWithoutRoomGoBelowTheirRowWithTheirHeadings() {
        assertThat(StatusText.render(FakeDaemon.well(), new Look(60, false))).contains("""
                NAME  VHID  CARPDEV  STATE   SKEW  SINCE   CHANGES
                wan      1  wan0     MASTER     0  12d 4h        2
                    ADDRESS 203.0.113.1/24
                lan     12  lan0     MASTER     0  12d 4h        2
                    ADDRESS 10.0.0.1/24 10.0.0.2/24
                """);
    }

    @Test
    void aTerminalThatIsWideEnoughChangesNothing() {
        assertThat(StatusText.render(FakeDaemon.inTrouble(), new Look(200, false)))
                .isEqualTo(StatusText.render(FakeDaemon.inTrouble()));
    }

    @Test
    void coloursSayWhatIsWellAndWhatIsNot() {
        String well = StatusText.render(FakeDaemon.well(), new Look(0, true));
        assertThat(well).contains("Failover ready: \u001b[32myes\u001b[0m ").contains("\u001b[32mMASTER\u001b[0m  ");
        String trouble = StatusText.render(FakeDaemon.inTrouble(), new Look(0, true));
        assertThat(trouble).contains("Failover ready: \u001b[31mNO\u001b[0m - pfsync bulk 63 %");
        assertThat(StatusText.render(FakeDaemon.well())).doesNotContain("\u001b");
    }

    @Test
    void aLineIsBrokenBetweenWordsAndGoesOnIndented() {
        Look look = new Look(20, false);
        assertThat(look.fit("  one two three four five six")).isEqualTo("  one two three four\n      five six");
        assertThat(look.fit("a-word-that-has-no-place-to-break")).isEqualTo("a-word-that-has-no-place-to-break");
    }
}
