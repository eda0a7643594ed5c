// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinkDelayTest {
    private static final long UP = 50;
    private static final long DOWN = 20;

    private final LinkDelay link = new LinkDelay(UP, DOWN);

    @Test
    void theFirstWordCountsAtOnceAndBeforeItTheLinkIsDown() {
        assertThat(link.isUp()).isFalse();
        link.onLink(true, 0);
        assertThat(link.isUp()).isTrue();
        assertThat(link.nextDeadlineNanos()).isEqualTo(CarpInstance.NEVER);
    }

    @Test
    void oneThatIsDownAtFirstWaitsAtTheStartToo() {
        LinkDelay first = LinkDelay.downAtFirst();
        first.setDelays(UP, DOWN);
        first.onLink(true, 0);
        assertThat(first.isUp()).isFalse();
        assertThat(first.nextDeadlineNanos()).isEqualTo(UP);
        assertThat(first.onDeadline(UP)).isTrue();
        assertThat(first.isUp()).isTrue();
    }

    @Test
    void eachDirectionHasItsDelay() {
        link.onLink(true, 0);
        link.onLink(false, 100);
        assertThat(link.nextDeadlineNanos()).isEqualTo(120);
        assertThat(link.onDeadline(119)).isFalse();
        assertThat(link.isUp()).isTrue();
        assertThat(link.onDeadline(120)).isTrue();
        assertThat(link.isUp()).isFalse();
        link.onLink(true, 200);
        assertThat(link.onDeadline(249)).isFalse();
        assertThat(link.onDeadline(250)).isTrue();
        assertThat(link.isUp()).isTrue();
    }

    @Test
    void aFlapWithinTheDelayIsForgottenAndTheNextOneStartsAnew() {
        link.onLink(true, 0);
        link.onLink(false, 100);
        link.onLink(true, 110);
        assertThat(link.nextDeadlineNanos()).isEqualTo(CarpInstance.NEVER);
        link.onLink(false, 115);
        link.onLink(false, 130);
        assertThat(link.nextDeadlineNanos())
                .as("the same word again changes nothing")
                .isEqualTo(135);
        link.onDeadline(135);
        assertThat(link.isUp()).isFalse();
    }

    @Test
    void anInterfaceThatIsGoneIsDownAtOnceAndWaitsWhenItComesBack() {
        link.onLink(true, 0);
        link.onGone();
        assertThat(link.isUp()).isFalse();
        link.onLink(true, 100);
        assertThat(link.isUp()).isFalse();
        assertThat(link.onDeadline(150)).isTrue();
        assertThat(link.isUp()).isTrue();
    }

    @Test
    void withoutDelaysEachWordCountsAtOnce() {
        LinkDelay immediate = new LinkDelay(0, 0);
        immediate.onLink(true, 0);
        immediate.onLink(false, 1);
        assertThat(immediate.isUp()).isFalse();
        immediate.onLink(true, 2);
        assertThat(immediate.isUp()).isTrue();
    }
}
