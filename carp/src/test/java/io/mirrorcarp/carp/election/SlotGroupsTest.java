// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Balanced virtual hosts move with those of their slot, and are demoted with their group. */
class SlotGroupsTest {
    private final Demotion demotion = new Demotion();

    private void demote(String group) {
        demotion.raise(DemotionSource.of("link", "lan0", 100, "lan0 is down", 0).inGroup(group));
    }

    @Test
    void aGroupOfTheAdministratorIsOfAllItsSlots() {
        demote("fw");
        assertThat(demotion.totalFor(ElectedHost.group("fw", 0))).isEqualTo(100);
        assertThat(demotion.totalFor(ElectedHost.group("fw", 31))).isEqualTo(100);
        assertThat(demotion.suppressPreemptFor(ElectedHost.group("fw", 1))).isEqualTo(1);
        assertThat(demotion.totalFor(ElectedHost.group("fwx", 0))).isZero();
        assertThat(demotion.totalFor(ElectedHost.group("", 0))).isZero();
    }

    @Test
    void aSlotThatIsTakenDownByHandTakesNoOtherSlotAlong() {
        demote(ElectedHost.group("fw", 1));
        assertThat(demotion.totalFor(ElectedHost.group("fw", 1))).isEqualTo(100);
        assertThat(demotion.totalFor(ElectedHost.group("fw", 0))).isZero();
        assertThat(demotion.totalFor(ElectedHost.group("fw", 10))).isZero();
        assertThat(demotion.total()).as("of the node").isZero();
    }

    @Test
    void aDemotionOfTheNodeIsOfEverySlot() {
        demote("");
        assertThat(demotion.totalFor(ElectedHost.group("", 0))).isEqualTo(100);
        assertThat(demotion.totalFor(ElectedHost.group("fw", 3))).isEqualTo(100);
        assertThat(ElectedHost.group("fw", -1)).as("without balancing").isEqualTo("fw");
    }
}
