// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.DoubleMasters.Other;
import io.mirrorcarp.daemon.DoubleMasters.Own;
import io.mirrorcarp.daemon.DoubleMasters.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoubleMastersTest {
    private static final long SECOND = 1_000_000_000;

    private final DoubleMasters masters = new DoubleMasters();

    private Result look(List<Own> own, List<Other> others, long seconds) {
        return masters.look("fw-b", own, others, 1_203, seconds * SECOND);
    }

    private static Own master(String name, long since) {
        return new Own(name, true, false, since * SECOND);
    }

    private static Own gaveWay(String name, long since) {
        return new Own(name, false, true, since * SECOND);
    }

    private static Other peer(String name, long masterSeconds) {
        return new Other("fw-a", name, masterSeconds > 0, masterSeconds * SECOND);
    }

    @Test
    void aPartitionThatHealsIsToldInOneLineAlsoWhereTheStateChannelWasCutToo() {
        look(List.of(master("wan", 10), master("lan", 11)), List.of(), 30);
        assertThat(look(List.of(gaveWay("wan", 40), master("lan", 11)), List.of(), 41)
                        .lines())
                .as("the other one of the group is about to follow")
                .isEmpty();
        assertThat(look(List.of(gaveWay("wan", 40), gaveWay("lan", 41)), List.of(), 44)
                        .lines())
                .as("nobody has said yet who the other one was")
                .isEmpty();
        List<Own> own = List.of(gaveWay("wan", 40), gaveWay("lan", 41));
        assertThat(look(own, List.of(peer("wan", 100), peer("lan", 100)), 45).lines())
                .containsExactly("a partition has healed: MASTER of wan were fw-b for 30.0 s and fw-a for 95.0 s,"
                        + " MASTER of lan were fw-b for 30.0 s and fw-a for 96.0 s;"
                        + " fw-b gave way, and its 1203 flows go on through fw-a");
        assertThat(look(own, List.of(peer("wan", 101), peer("lan", 101)), 46).lines())
                .as("once")
                .isEmpty();
    }

    /** Who missed a takeover gives way to the newer term, and preempts a second later. */
    @Test
    void aNodeThatTakesItsRoleBackAtOnceHasGivenWayAllTheSame() {
        look(List.of(master("wan", 10)), List.of(), 30);
        assertThat(look(List.of(gaveWay("wan", 40)), List.of(peer("wan", 20)), 41)
                        .lines())
                .isEmpty();
        assertThat(look(List.of(master("wan", 41)), List.of(peer("wan", 0)), 42).lines())
                .containsExactly("a partition has healed: MASTER of wan were fw-b for 30.0 s and fw-a for 19.0 s;"
                        + " fw-b gave way, and its 1203 flows go on through fw-a");
    }

    @Test
    void aRoleThatMovesIsNoPartition() {
        look(List.of(master("wan", 10)), List.of(), 30);
        look(List.of(gaveWay("wan", 40)), List.of(peer("wan", 1)), 41);
        assertThat(look(List.of(gaveWay("wan", 40)), List.of(peer("wan", 5)), 45)
                        .lines())
                .isEmpty();
        assertThat(look(List.of(gaveWay("wan", 40)), List.of(peer("wan", 60)), 100)
                        .lines())
                .isEmpty();
    }

    @Test
    void whoStaysIsRidOfTheOtherWhenThatOneSaysSo() {
        assertThat(look(List.of(master("wan", 10)), List.of(peer("wan", 5)), 20).rid())
                .isEmpty();
        assertThat(look(List.of(master("wan", 10)), List.of(peer("wan", 0)), 21).rid())
                .containsExactly("wan");
        assertThat(look(List.of(master("wan", 10)), List.of(peer("wan", 0)), 22).rid())
                .isEmpty();
        look(List.of(master("wan", 10)), List.of(peer("wan", 5)), 23);
        assertThat(look(List.of(master("wan", 10)), List.of(), 24).rid())
                .as("it stopped, or has another virtual host now")
                .containsExactly("wan");
    }
}
