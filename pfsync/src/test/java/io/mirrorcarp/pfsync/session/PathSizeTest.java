// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A peer that remembers the longest of the last frames, behind a path that drops longer ones without a word. */
class PathSizeTest {
    private static final int DEVICES = 1_480;
    private static final long HEARTBEAT_NANOS = 250_000_000;
    private static final int REMEMBERED = 8;

    private final PathSize size = new PathSize();
    private final Deque<Integer> heard = new ArrayDeque<>();
    private long nowNanos;

    private void live(long seconds, int carried) {
        for (long i = 0; i < seconds * 4; i++) {
            nowNanos += HEARTBEAT_NANOS;
            int padding = size.padding();
            heard.addLast(padding > carried ? 100 : Math.max(100, padding));
            if (heard.size() > REMEMBERED) {
                heard.removeFirst();
            }
            size.onReport(Collections.max(heard), nowNanos);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_280, 1_400, 1_449, 1_470})
    void aPathThatCarriesAllAgainIsNoLongerNarrow(int carried) {
        size.aim(DEVICES);
        size.begin();
        live(10, DEVICES);
        assertThat(size.limit()).isEqualTo(DEVICES);
        live(60, carried);
        assertThat(size.limit()).isBetween(carried - 48, carried);
        assertThat(size.isNarrow()).isTrue();
        live(360, DEVICES);
        assertThat(size.limit()).isEqualTo(DEVICES);
        assertThat(size.isNarrow()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1_280, 1_400})
    void aPathThatStaysNarrowIsNarrowAfterEachNewTry(int carried) {
        size.aim(DEVICES);
        size.begin();
        live(60, carried);
        live(1_000, carried);
        assertThat(size.limit()).isBetween(carried - 48, carried);
    }
}
