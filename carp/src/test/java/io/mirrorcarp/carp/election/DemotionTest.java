// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DemotionTest {
    private static final long SECOND = 1_000_000_000;

    private final Demotion demotion = new Demotion();

    private static DemotionSource source(String name, String subject, int value) {
        return DemotionSource.of(name, subject, value, "why", 5 * SECOND);
    }

    @Test
    void theCounterIsTheSumOfItsSources() {
        assertThat(demotion.raise(source(DemotionSource.LINK, "wan0", 240)).text())
                .isEqualTo("demoted by 240 to 240 (why)");
        assertThat(demotion.raise(source(DemotionSource.LINK, "lan0", 240)).text())
                .isEqualTo("demoted by 240 to 480 (why)");
        assertThat(demotion.raise(source(DemotionSource.ADMIN, "", -100)).total())
                .isEqualTo(380);
        assertThat(demotion.clear(DemotionSource.LINK, "wan0", "interface up").text())
                .isEqualTo("demoted by -240 to 140 (interface up)");
        assertThat(demotion.clear(DemotionSource.LINK, "wan0", "interface up")).isNull();
        assertThat(demotion.total()).isEqualTo(140);
    }

    @Test
    void raisingASourceAgainReplacesItAndKeepsItsBeginning() {
        demotion.raise(source(DemotionSource.PFSYNC_BULK, "", 240));
        assertThat(demotion.raise(DemotionSource.of(DemotionSource.PFSYNC_BULK, "", 240, "63 %", 9 * SECOND)))
                .isNull();
        assertThat(demotion.sources())
                .containsExactly(DemotionSource.of(DemotionSource.PFSYNC_BULK, "", 240, "63 %", 5 * SECOND));
        assertThat(demotion.raise(DemotionSource.of(DemotionSource.PFSYNC_BULK, "", 100, "less", 9 * SECOND))
                        .by())
                .isEqualTo(-140);
        assertThat(demotion.sources().get(0).sinceNanos()).isEqualTo(9 * SECOND);
    }

    @Test
    void writingTheSysctlAdds() {
        assertThat(demotion.add(240, "sysctl", 0).text()).isEqualTo("demoted by 240 to 240 (sysctl)");
        assertThat(demotion.add(-40, "sysctl", 0).total()).isEqualTo(200);
        assertThat(demotion.add(0, "sysctl", 0)).isNull();
        assertThat(demotion.add(-200, "sysctl", 0).total()).isZero();
        assertThat(demotion.sources()).isEmpty();
    }

    @Test
    void suppressPreemptCountsProblemsNotWishes() {
        demotion.raise(source(DemotionSource.LINK, "wan0", 240));
        demotion.raise(source(DemotionSource.LINK, "lan0", 240));
        demotion.raise(source(DemotionSource.PFSYNC_BULK, "", 240));
        demotion.raise(source(DemotionSource.PFSYNC_LINK, "", 240));
        demotion.raise(source(DemotionSource.SEND_ERRORS, "wan0", 240));
        assertThat(demotion.suppressPreempt()).isEqualTo(5);
        demotion.raise(source(DemotionSource.ADMIN, "", 10));
        demotion.raise(source(DemotionSource.MAINTENANCE, "", 240));
        demotion.raise(source(DemotionSource.TRACK_PREFIX + "gateway", "", 50));
        assertThat(demotion.suppressPreempt()).isEqualTo(5);
        demotion.clear(DemotionSource.LINK, "wan0", "up");
        assertThat(demotion.suppressPreempt()).isEqualTo(4);
    }

    @Test
    void aSourceEndsByItself() {
        assertThat(demotion.nextDeadlineNanos()).isEqualTo(CarpInstance.NEVER);
        demotion.raise(source(DemotionSource.ADMIN, "", 100).until(8 * SECOND));
        demotion.raise(source(DemotionSource.LINK, "wan0", 240));
        assertThat(demotion.nextDeadlineNanos()).isEqualTo(8 * SECOND);
        assertThat(demotion.onDeadline(8 * SECOND - 1)).isEmpty();
        assertThat(demotion.onDeadline(8 * SECOND))
                .extracting(DemotionChange::text)
                .containsExactly("demoted by -100 to 240 (why, time over)");
        assertThat(demotion.nextDeadlineNanos()).isEqualTo(CarpInstance.NEVER);
    }

    @Test
    void aGroupHasTheNodesSourcesAndItsOwn() {
        demotion.raise(source(DemotionSource.LINK, "wan0", 240));
        DemotionChange change = demotion.raise(
                source(DemotionSource.TRACK_PREFIX + "dns", "", 30).inGroup("inside"));
        assertThat(change).isEqualTo(new DemotionChange("inside", 30, 270, "why"));
        assertThat(demotion.total()).isEqualTo(240);
        assertThat(demotion.totalFor("inside")).isEqualTo(270);
        assertThat(demotion.totalFor("outside")).isEqualTo(240);
        assertThat(change.text()).isEqualTo("demoted group inside by 30 to 270 (why)");
        assertThat(demotion.clear(DemotionSource.TRACK_PREFIX + "dns", "", "gone"))
                .as("the node has no such source")
                .isNull();
        assertThat(demotion.clear(DemotionSource.TRACK_PREFIX + "dns", "", "inside", "gone"))
                .isEqualTo(new DemotionChange("inside", -30, 240, "gone"));
    }

    @Test
    void aProblemOfAGroupSuppressesThePreemptionOfThatGroupAlone() {
        demotion.raise(source(DemotionSource.LINK, "lan0", 240).inGroup("inside"));
        assertThat(demotion.suppressPreempt())
                .as("the sysctl counts every problem")
                .isEqualTo(1);
        assertThat(demotion.suppressPreemptFor("inside")).isEqualTo(1);
        assertThat(demotion.suppressPreemptFor("outside")).isZero();
        demotion.raise(source(DemotionSource.ALLOW, "", 240));
        demotion.raise(source(DemotionSource.ADDRESSES, "1@wan0", 240));
        assertThat(demotion.suppressPreemptFor("outside")).isEqualTo(2);
    }

    @Test
    void theCounterDoesNotWrap() {
        demotion.raise(source("track:a", "", Integer.MAX_VALUE));
        assertThat(demotion.raise(source("track:b", "", Integer.MAX_VALUE)).total())
                .isEqualTo(Integer.MAX_VALUE);
        assertThat(DemotionMode.BOTH.advskew(254, demotion.total())).isEqualTo(254);
        assertThat(DemotionMode.BOTH.advskew(100, demotion.total())).isEqualTo(240);
        assertThat(DemotionMode.BOTH.demoteByte(demotion.total())).isEqualTo(255);
        assertThat(DemotionMode.BOTH.demoteByte(Integer.MIN_VALUE)).isZero();
        assertThat(DemotionMode.BOTH.advskew(100, Integer.MIN_VALUE)).isZero();
    }
}
