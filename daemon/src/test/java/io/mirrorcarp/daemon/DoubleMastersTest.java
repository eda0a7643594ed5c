// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.DoubleMasters.Change;
import io.mirrorcarp.daemon.DoubleMasters.Other;
import io.mirrorcarp.daemon.DoubleMasters.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoubleMastersTest {
    private static final long SECOND = 1_000_000_000;

    private final DoubleMasters masters = new DoubleMasters();

    private Result look(double seconds, List<Other> others, Change... changes) {
        return masters.look("fw-b", List.of(changes), others, 1_203, (long) (seconds * SECOND));
    }

    private static Change becomesMaster(String name, double at) {
        return new Change(name, true, false, (long) (at * SECOND));
    }

    private static Change givesWay(String name, double at) {
        return new Change(name, false, true, (long) (at * SECOND));
    }

    private static List<Other> peer(String name, long masterSeconds) {
        return List.of(new Other("fw-a", name, masterSeconds > 0, masterSeconds * SECOND));
    }

    private static List<Other> ofBoth(long masterSeconds) {
        return List.of(
                peer("wan", masterSeconds).get(0), peer("lan", masterSeconds).get(0));
    }

    @Test
    void aPartitionThatHealsIsToldInOneLineAlsoWhereTheStateChannelWasCutToo() {
        look(30, List.of(), becomesMaster("wan", 10), becomesMaster("lan", 11));
        assertThat(look(41, List.of(), givesWay("wan", 40)).lines())
                .as("the other one of the group is about to follow")
                .isEmpty();
        assertThat(look(44, List.of(), givesWay("lan", 41)).lines())
                .as("nobody has said yet who the other one was")
                .isEmpty();
        assertThat(look(45, ofBoth(100)).lines())
                .containsExactly("a partition has healed: MASTER of wan were fw-b for 30.0 s and fw-a for 95.0 s,"
                        + " MASTER of lan were fw-b for 30.0 s and fw-a for 96.0 s;"
                        + " fw-b gave way, and its 1203 flows go on through fw-a");
        assertThat(look(46, ofBoth(101)).lines()).as("once").isEmpty();
    }

    /** Who missed a takeover gives way to the newer term, and preempts a second later. */
    @Test
    void aNodeThatTakesItsRoleBackAtOnceHasGivenWayAllTheSame() {
        look(30, List.of(), becomesMaster("wan", 10));
        assertThat(look(41, peer("wan", 20), givesWay("wan", 40)).lines()).isEmpty();
        assertThat(look(42, peer("wan", 0), becomesMaster("wan", 41)).lines())
                .containsExactly("a partition has healed: MASTER of wan were fw-b for 30.0 s and fw-a for 19.0 s;"
                        + " fw-b gave way, and its 1203 flows go on through fw-a");
    }

    @Test
    void aNodeThatGivesWayAndTakesBackBetweenTwoLooksIsToldOf() {
        look(30, peer("wan", 10), becomesMaster("wan", 10));
        look(40.2, peer("wan", 20), givesWay("wan", 40.1), becomesMaster("wan", 40.2));
        assertThat(look(41, peer("wan", 0)).lines()).as("others may follow").isEmpty();
        assertThat(look(42, peer("wan", 0)).lines())
                .containsExactly("a partition has healed: MASTER of wan were fw-b for 30.1 s and fw-a for 19.9 s;"
                        + " fw-b gave way, and its 1203 flows go on through fw-a");
    }

    @Test
    void aRoleThatMovesIsNoPartition() {
        look(30, List.of(), becomesMaster("wan", 10));
        look(41, peer("wan", 1), givesWay("wan", 40));
        assertThat(look(45, peer("wan", 5)).lines()).isEmpty();
        assertThat(look(100, peer("wan", 60)).lines()).isEmpty();
    }

    @Test
    void whoStaysIsRidOfTheOtherWhenThatOneSaysSo() {
        assertThat(look(20, peer("wan", 5), becomesMaster("wan", 10)).rid()).isEmpty();
        assertThat(look(21, peer("wan", 0)).rid()).containsExactly("wan");
        assertThat(look(22, peer("wan", 0)).rid()).isEmpty();
        look(23, peer("wan", 5));
        assertThat(look(24, List.of()).rid())
                .as("it stopped, or has another virtual host now")
                .containsExactly("wan");
        look(25, peer("wan", 5));
        assertThat(look(26, peer("wan", 0), givesWay("wan", 25.5)).rid())
                .as("it is the other one that stays")
                .isEmpty();
    }
}
