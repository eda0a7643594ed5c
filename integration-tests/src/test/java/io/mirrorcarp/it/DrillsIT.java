// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.drill.Claim;
import io.mirrorcarp.lab.drill.Drill;
import io.mirrorcarp.lab.drill.Stage;
import io.mirrorcarp.lab.net.Lab;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each scenario of {@code carpctl lab run}, as the command plays it. */
class DrillsIT {
    private static List<Claim> claims(Drill drill, boolean pfsync) {
        try (Lab lab = Lab.open()) {
            Stage stage = new Stage(lab, drill, pfsync, "", System.out::println);
            drill.play(stage);
            return stage.claims();
        }
    }

    /** In each build the shortest: the others take up to a minute. */
    @ParameterizedTest
    @EnumSource(names = {"UDP"})
    void aScenarioComesTrueAndNotWithoutReplication(Drill drill) {
        assertThat(claims(drill, true)).isNotEmpty().allMatch(Claim::holds);
        assertThat(claims(drill, false)).as("the control").isNotEmpty().allMatch(Claim::holds);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"UDP"},
            mode = EnumSource.Mode.EXCLUDE)
    @EnabledIfSystemProperty(
            named = "load",
            matches = "true",
            disabledReason = "seven scenarios take some minutes: bin/test --load")
    void eachOtherScenarioComesTrue(Drill drill) {
        assertThat(claims(drill, true)).isNotEmpty().allMatch(Claim::holds);
        if (drill.isControlled()) {
            assertThat(claims(drill, false)).as("the control").isNotEmpty().allMatch(Claim::holds);
        }
    }
}
