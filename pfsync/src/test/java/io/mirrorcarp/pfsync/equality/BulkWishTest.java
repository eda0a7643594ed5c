// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.equality;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.BucketSet;
import io.mirrorcarp.pfsync.message.Change;
import org.junit.jupiter.api.Test;

class BulkWishTest {
    private static final long REQUEST = 7;
    private static final long LARGE = 200_000;
    private static final long SMALL = 100_000;

    private final BulkWish wish = new BulkWish();
    private final Change start = new Change();

    /** An update of all that is not whole. */
    private void spoil() {
        wish.begin(true);
        wish.want(REQUEST - 1, 0);
        wish.part(LARGE);
        assertThat(wish.onStart(REQUEST - 1, start, 0)).isTrue();
        wish.want(REQUEST, 0);
    }

    @Test
    void aLargeTableIsReadOnceWhereNothingIsLost() {
        wish.begin(true);
        wish.want(REQUEST, 0);
        assertThat(wish.part(1000 * LARGE).size()).isEqualTo(BucketSet.BUCKETS);
    }

    @Test
    void aRequestThatIsRepeatedAsksForTheSameBucketsThoughThePeerShrankMeanwhile() {
        spoil();
        BucketSet first = new BucketSet();
        first.copyFrom(wish.part(LARGE));
        assertThat(first.size()).isEqualTo(BucketSet.BUCKETS / 2);
        wish.onRequested(0);
        assertThat(wish.part(SMALL)).hasToString(first.toString());
    }

    @Test
    void aRequestThatIsMadeAnewAfterALossIsInPartsToo() {
        spoil();
        wish.want(REQUEST + 1, 0);
        assertThat(wish.part(LARGE).size()).isEqualTo(BucketSet.BUCKETS / 2);
    }

    @Test
    void afterALossTheNextRequestAsksForTheRestAndGoesByTheSizeOfThePeerThen() {
        spoil();
        wish.part(3 * LARGE);
        assertThat(wish.onStart(REQUEST, start, 0)).isTrue();
        int named = wish.part().size();
        wish.onEnd(false, 0);
        assertThat(wish.part(SMALL).size()).isEqualTo(BucketSet.BUCKETS - named);
    }

    /** The answer may have come and gone in between, and the peer gives it once. */
    @Test
    void twoLossesCloseTogetherMakeTheRequestAnewOnce() {
        wish.begin(true);
        wish.want(REQUEST, 0);
        assertThat(wish.isSpoiled(0)).isTrue();
        assertThat(wish.isSpoiled(100_000_000)).isFalse();
        assertThat(wish.isStalled(499_000_000)).isFalse();
        assertThat(wish.isStalled(500_000_000)).isTrue();
    }

    @Test
    void whatABulkUpdateDoesNotCoverIsStillWantedAfterIt() {
        wish.begin(true);
        wish.want(REQUEST, 0);
        wish.part(SMALL);
        start.buckets.clear();
        start.buckets.add(3);
        assertThat(wish.onStart(REQUEST, start, 0)).isTrue();
        assertThat(wish.part().has(3)).isTrue();
        assertThat(wish.part().size())
                .as("buckets whose unnamed flows have ended")
                .isEqualTo(1);
        wish.onEnd(true, 0);
        assertThat(wish.isRunning()).as("has all").isFalse();
        assertThat(wish.part(SMALL).size()).isEqualTo(BucketSet.BUCKETS - 1);
    }
}
