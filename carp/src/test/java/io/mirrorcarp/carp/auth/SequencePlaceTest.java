// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What two or three nodes that count in one line learn from one another's sequences. */
class SequencePlaceTest {
    private final LineSigner a = new LineSigner();
    private final LineSigner b = new LineSigner();
    private final LineSigner c = new LineSigner();
    private final InetAddress ofA = address(1);
    private final InetAddress ofB = address(2);

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {(byte) 203, 0, 113, (byte) last});
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    private SequencePlace hear(LineSigner listener, long sequence, InetAddress sender) {
        return Objects.requireNonNull(listener.hear(sequence, sender, 0));
    }

    private void aIsMasterFor(int advertisements) {
        a.beginTerm();
        for (int i = 0; i < advertisements; i++) {
            long sequence = a.next(ofA);
            b.hear(sequence, ofA, 0);
            c.hear(sequence, ofA, 0);
        }
    }

    @Test
    void whoHearsTheFirstWordOfATakeoverHasMissedNothing() {
        aIsMasterFor(5);
        b.beginTerm();
        long first = b.next(ofB);
        assertThat(hear(a, first, ofB)).isEqualTo(SequencePlace.NEXT_TERM);
        assertThat(hear(c, first, ofB)).isEqualTo(SequencePlace.NEXT_TERM);
        assertThat(hear(a, b.next(ofB), ofB)).isEqualTo(SequencePlace.NEXT);
    }

    @Test
    void itIsTheFirstWordTooWhereTheSuccessorMissedTheLastOnes() {
        aIsMasterFor(5);
        a.next(ofA);
        a.next(ofA);
        a.next(ofA);
        b.beginTerm();
        assertThat(hear(a, b.next(ofB), ofB)).isEqualTo(SequencePlace.NEXT_TERM);
    }

    @Test
    void whoWakesLaterHasMissedSome() {
        aIsMasterFor(5);
        b.beginTerm();
        b.next(ofB);
        assertThat(hear(a, b.next(ofB), ofB)).isEqualTo(SequencePlace.NEWER_TERM);
    }

    @Test
    void whoDidNotHearTheLastOfTheMasterBeforeEitherHasMissedSome() {
        aIsMasterFor(5);
        b.hear(a.next(ofA), ofA, 0);
        b.beginTerm();
        assertThat(hear(c, b.next(ofB), ofB)).isEqualTo(SequencePlace.NEWER_TERM);
    }

    @Test
    void twoTakeoversLaterItHasMissedSome() {
        aIsMasterFor(5);
        b.beginTerm();
        a.hear(b.next(ofB), ofB, 0);
        aIsMasterFor(0);
        assertThat(hear(c, a.next(ofA), ofA)).isEqualTo(SequencePlace.NEWER_TERM);
    }
}
