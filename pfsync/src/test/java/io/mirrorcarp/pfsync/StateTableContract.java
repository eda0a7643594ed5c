// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.FlowTuple;
import io.mirrorcarp.pfsync.message.RefusedImport;
import io.mirrorcarp.pfsync.message.StateRecord;
import org.junit.jupiter.api.Test;

/** What a table makes of the changes of peers. The kernel's own and the one of the simulation are held to it alike. */
public abstract class StateTableContract {
    private static final int ESTABLISHED = 3;
    private static final int FIN_WAIT = 4;
    private static final int NAT = StateRecord.STATUS_SOURCE_NAT;
    private static final int SEEN = StateRecord.STATUS_SEEN_REPLY | StateRecord.STATUS_ASSURED;

    private final StateRecord found = new StateRecord();
    private final RefusedImport refused = new RefusedImport();

    /** The table, empty at the beginning of each test. */
    protected abstract StateTable table();

    /** A connection from this port, whose source NAT turns into another one, or into none. */
    private static StateRecord flow(int port, int snatPort) {
        StateRecord state = new StateRecord();
        FlowTuple tuple = state.original;
        tuple.family = FlowTuple.FAMILY_IPV4;
        tuple.sourceLow = 0x0a000002L;
        tuple.destinationLow = 0xc0000202L;
        tuple.protocol = 6;
        tuple.sourcePort = port;
        tuple.destinationPort = 80;
        state.status = SEEN | (snatPort == 0 ? 0 : NAT);
        state.snatLow = snatPort == 0 ? 0 : 0xc0000201L;
        state.snatPort = snatPort;
        state.timeoutSeconds = 300;
        state.protocolState = ESTABLISHED;
        return state;
    }

    private void insert(StateRecord state) {
        table().insert(state);
        table().flush();
    }

    private void update(StateRecord state) {
        table().update(state);
        table().flush();
    }

    private StateRecord find(StateRecord key) {
        assertThat(table().find(key, found)).as("it is there").isTrue();
        return found;
    }

    private void assertNothingRefused() {
        assertThat(table().takeRefused(refused)).as("refused").isFalse();
    }

    private void assertOccupied(StateRecord wanted, StateRecord occupant) {
        assertThat(table().takeRefused(refused)).as("refused").isTrue();
        assertThat(refused.wanted.original.sameAs(wanted.original)).isTrue();
        assertThat(refused.occupied).isTrue();
        assertThat(refused.occupant.original.sameAs(occupant.original)).isTrue();
        assertNothingRefused();
    }

    @Test
    void insertingWhatIsThereChangesIt() {
        insert(flow(1000, 4000));
        StateRecord later = flow(1000, 4000);
        later.protocolState = FIN_WAIT;
        later.mark = 7;
        later.timeoutSeconds = 100;
        insert(later);
        assertThat(find(later).protocolState).isEqualTo(FIN_WAIT);
        assertThat(found.mark).isEqualTo(7);
        assertThat(found.timeoutSeconds).isBetween(90L, 100L);
        assertNothingRefused();
    }

    @Test
    void insertingWhatIsTranslatedOtherwiseReplacesIt() {
        insert(flow(1000, 4000));
        insert(flow(1000, 4001));
        assertThat(find(flow(1000, 0)).snatPort).isEqualTo(4001);
        insert(flow(1000, 0));
        assertThat(find(flow(1000, 0)).status & NAT).isZero();
        insert(flow(1000, 4002));
        assertThat(find(flow(1000, 0)).snatPort).isEqualTo(4002);
        assertNothingRefused();
    }

    /** A connection that begins anew under its tuple: its predecessor had a reply. */
    @Test
    void insertingWhatHasComeLessFarReplacesIt() {
        insert(flow(1000, 4000));
        StateRecord anew = flow(1000, 4000);
        anew.status = NAT;
        anew.protocolState = 1;
        insert(anew);
        assertThat(find(anew).status & SEEN).isZero();
        assertThat(found.protocolState).isEqualTo(1);
        assertNothingRefused();
    }

    @Test
    void anUpdateDoesNotSeeTheTranslation() {
        insert(flow(1000, 4000));
        StateRecord later = flow(1000, 4001);
        later.mark = 7;
        update(later);
        assertThat(find(later).snatPort).isEqualTo(4000);
        assertThat(found.mark).isEqualTo(7);
        StateRecord plain = flow(1000, 0);
        plain.mark = 8;
        update(plain);
        assertThat(find(plain).snatPort).isEqualTo(4000);
        assertThat(found.mark).isEqualTo(8);
        assertNothingRefused();
    }

    @Test
    void updatingWhatIsNotThereCreatesItWithItsTranslation() {
        update(flow(1000, 4000));
        assertThat(find(flow(1000, 0)).snatPort).isEqualTo(4000);
        assertNothingRefused();
    }

    @Test
    void aBitOfTheStatusIsNotTakenBack() {
        insert(flow(1000, 4000));
        StateRecord less = flow(1000, 4000);
        less.status = NAT;
        less.mark = 9;
        update(less);
        assertThat(find(less).status & SEEN).isEqualTo(SEEN);
        assertThat(found.mark).isEqualTo(9);
        assertNothingRefused();
    }

    @Test
    void aTranslationThatAnotherFlowHasIsRefusedAndTheOtherIsNamed() {
        insert(flow(1000, 4000));
        insert(flow(1001, 4000));
        assertOccupied(flow(1001, 0), flow(1000, 0));
        assertThat(table().find(flow(1001, 0), found)).isFalse();
        update(flow(1002, 4000));
        assertOccupied(flow(1002, 0), flow(1000, 0));
        assertThat(find(flow(1000, 0)).snatPort).isEqualTo(4000);
    }

    /** Its place is free then, and what it should become is not possible. */
    @Test
    void whatCannotBeReplacedIsGoneAndTheOtherIsNamed() {
        insert(flow(1000, 4000));
        insert(flow(1001, 4001));
        insert(flow(1001, 4000));
        assertOccupied(flow(1001, 0), flow(1000, 0));
        assertThat(table().find(flow(1001, 0), found)).isFalse();
    }

    @Test
    void aDeletionFindsItsFlowWhateverItsTranslationAndZoneByZone() {
        insert(flow(1000, 4000));
        StateRecord otherZone = flow(1000, 0);
        otherZone.zone = 5;
        table().delete(otherZone);
        table().flush();
        assertThat(find(flow(1000, 0)).snatPort).isEqualTo(4000);
        table().delete(flow(1000, 0));
        table().delete(flow(1003, 0));
        table().flush();
        assertThat(table().find(flow(1000, 0), found)).isFalse();
        assertNothingRefused();
    }

    @Test
    void changesAreCarriedOutInTheirOrder() {
        table().insert(flow(1000, 4000));
        table().delete(flow(1000, 0));
        table().insert(flow(1001, 4000));
        table().update(flow(1001, 4000));
        table().flush();
        assertThat(table().find(flow(1000, 0), found)).isFalse();
        assertThat(find(flow(1001, 0)).snatPort).isEqualTo(4000);
        assertNothingRefused();
    }
}
