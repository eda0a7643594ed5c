// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.Protocol;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The election by VRRP's rules: RFC 9568 section 6.4. Times are those of an interval of 1 s. */
class VrrpRulesTest {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final List<CarpAction> actions = new ArrayList<>();
    private CarpInstance node;
    private long now;

    private static VrrpRules rules(int priority) {
        return new VrrpRules(Protocol.VRRP3, priority, 100);
    }

    private void start(CarpSettings settings) {
        node = new CarpInstance(settings, () -> 0, AdvertTurn.ALONE);
        perform(node.onStart(now));
    }

    private void start(int priority) {
        start(CarpSettings.of(7, rules(priority)).withPreempt(true));
    }

    private void perform(List<CarpAction> wanted) {
        actions.addAll(wanted);
        if (wanted.contains(new CarpAction.TakeAddresses())) {
            perform(node.onAddressesTaken(now));
        }
    }

    private void hear(int priority, int intervalCentis, boolean above) {
        perform(node.onAdvertisement(
                new PeerAdvertisement(
                        AddressFamily.IPV4, Vectors.address("192.0.2.2"), new VrrpBid(priority, intervalCentis), above),
                now));
    }

    private void until(long thenNanos) {
        while (node.nextDeadlineNanos() <= thenNanos) {
            now = node.nextDeadlineNanos();
            perform(node.onDeadline(now));
        }
        now = thenNanos;
    }

    private void expectTakeoverAt(long nanos) {
        until(nanos - 1);
        assertThat(node.state()).as("before").isEqualTo(CarpState.BACKUP);
        until(nanos);
        assertThat(node.state()).as("at " + nanos).isEqualTo(CarpState.MASTER);
    }

    private List<VrrpBid> sent() {
        return actions.stream()
                .filter(CarpAction.SendAdvertisement.class::isInstance)
                .map(action -> (VrrpBid) ((CarpAction.SendAdvertisement) action).bid())
                .toList();
    }

    /** 3 intervals and (256 - priority) / 256 of one. */
    @ParameterizedTest
    @CsvSource({"254, 3007", "100, 3609", "1, 3996"})
    void aSilentMasterIsReplacedAfterTheMasterDownTime(int priority, long millis) {
        start(priority);
        long nanos = 3 * SECOND + (256 - priority) * 1_000_000L / 256 * 1_000;
        assertThat(nanos / MILLI).isEqualTo(millis);
        expectTakeoverAt(nanos);
        assertThat(sent()).containsExactly(new VrrpBid(priority, 100));
    }

    @Test
    void theMastersIntervalCountsAndNotTheOwn() {
        start(CarpSettings.of(7, rules(128)));
        hear(200, 10, false);
        expectTakeoverAt(350 * MILLI);
    }

    @Test
    void anOwnerDoesNotWaitUnlessItMayNotDisplaceAnybody() {
        start(255);
        perform(node.onDeadline(now));
        assertThat(node.state()).isEqualTo(CarpState.MASTER);
        node = new CarpInstance(CarpSettings.of(7, rules(255)), () -> 0, AdvertTurn.ALONE);
        perform(node.onPreemptAllowed(false, now));
        perform(node.onStart(now));
        perform(node.onDeadline(now));
        assertThat(node.state()).isEqualTo(CarpState.BACKUP);
    }

    /** RFC 9568 has every backup wait for its skew, so that the best one is first. */
    @Test
    void priority0HasABackupWaitForItsSkewHoweverOftenItIsSaid() {
        start(128);
        hear(200, 100, false);
        until(200 * MILLI);
        hear(0, 100, false);
        until(210 * MILLI);
        hear(0, 100, false);
        expectTakeoverAt(700 * MILLI);
        assertThat(node.reason()).isEqualTo(TransitionReason.MASTER_RESIGNED);
    }

    @Test
    void aMasterThatStaysAfterAllIsObeyed() {
        start(128);
        hear(0, 100, false);
        hear(200, 100, false);
        until(3 * SECOND);
        assertThat(node.state()).isEqualTo(CarpState.BACKUP);
    }

    @Test
    void aMasterOfLowerPriorityIsDisplacedOnlyWithPreempt() {
        start(CarpSettings.of(7, rules(100)));
        hear(99, 100, true);
        assertThat(node.state()).isEqualTo(CarpState.BACKUP);
        start(100);
        hear(100, 100, false);
        assertThat(node.state()).as("equal").isEqualTo(CarpState.BACKUP);
        hear(99, 100, true);
        assertThat(node.state()).isEqualTo(CarpState.MASTER);
    }

    @ParameterizedTest
    @CsvSource({
        "101, false, true",
        "100, true, true",
        "100, false, false",
        "99, true, false",
    })
    void ofTwoMastersTheHigherPriorityStaysAndThenTheHigherAddress(int priority, boolean above, boolean yields) {
        start(100);
        until(4 * SECOND);
        hear(priority, 100, above);
        assertThat(node.state()).isEqualTo(yields ? CarpState.BACKUP : CarpState.MASTER);
    }

    @Test
    void anOwnerObeysNobody() {
        start(255);
        until(SECOND);
        hear(255, 100, true);
        assertThat(node.state()).isEqualTo(CarpState.MASTER);
    }

    /** And not once for each word of one that holds itself for the better one too. */
    @Test
    void aRivalIsAnsweredAtOnceAndNotWithoutEnd() {
        start(100);
        until(4 * SECOND);
        int before = sent().size();
        for (int i = 0; i < 1_000; i++) {
            hear(50, 100, false);
        }
        assertThat(sent()).hasSize(before + 1);
    }

    @ParameterizedTest
    @CsvSource({
        "100, 0, 100",
        "100, 60, 40",
        "100, 240, 1",
        "100, 100000, 1",
        "100, -50, 150",
        "100, -500, 254",
        "255, 0, 255",
        "255, 1, 254",
        "255, -5, 255",
        "1, 5, 1",
    })
    void aDemotionLowersThePriorityAndNeverTo0(int priority, int demotion, int advertised) {
        assertThat(rules(priority).bid(demotion)).isEqualTo(new VrrpBid(advertised, 100));
    }

    @Test
    void aMasterThatLeavesSaysPriority0AndKeepsItsAddressesUntilItsSuccessorHasComeOrItsTimeIsOver() {
        start(CarpSettings.of(7, rules(100)).withTakeover(TakeoverSettings.AT_ONCE.withHandover(20 * MILLI)));
        until(4 * SECOND);
        actions.clear();
        perform(node.onShutdown(now));
        until(now + SECOND);
        assertThat(sent()).containsOnly(new VrrpBid(0, 100)).hasSize(Departure.WORDS);
        assertThat(actions).doesNotContain(new CarpAction.ReleaseAddresses());
        hear(90, 100, true);
        assertThat(actions).contains(new CarpAction.ReleaseAddresses());
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        assertThatThrownBy(() -> rules(0)).hasMessageContaining("priority");
        assertThatThrownBy(() -> rules(256)).hasMessageContaining("priority");
        assertThatThrownBy(() -> new VrrpRules(Protocol.VRRP3, 1, 4_096)).hasMessageContaining("interval");
        assertThatThrownBy(() -> new VrrpRules(Protocol.CARP, 1, 1)).hasMessageContaining("VRRP");
    }
}
