// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.entry;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.FlowTuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TupleInverseTest {
    private final FlowTuple tuple = new FlowTuple();
    private final FlowTuple inverse = new FlowTuple();

    @Test
    void addressesAndPortsChangePlaces() {
        tuple.family = FlowTuple.FAMILY_IPV6;
        tuple.sourceHigh = 1;
        tuple.sourceLow = 2;
        tuple.destinationHigh = 3;
        tuple.destinationLow = 4;
        tuple.protocol = IpProtocol.UDP;
        tuple.sourcePort = 5;
        tuple.destinationPort = 6;
        assertThat(TupleInverse.invert(tuple, inverse)).isTrue();
        assertThat(inverse.sourceHigh).isEqualTo(3);
        assertThat(inverse.sourceLow).isEqualTo(4);
        assertThat(inverse.destinationHigh).isEqualTo(1);
        assertThat(inverse.destinationLow).isEqualTo(2);
        assertThat(inverse.sourcePort).isEqualTo(6);
        assertThat(inverse.destinationPort).isEqualTo(5);
        FlowTuple again = new FlowTuple();
        assertThat(TupleInverse.invert(inverse, again)).isTrue();
        assertThat(again.sameAs(tuple)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1,8,0", "1,13,14", "1,15,16", "1,17,18", "58,128,129", "58,139,140"})
    void aRequestIsAnsweredByItsReplyAndTheOtherWayRound(int protocol, int request, int reply) {
        assertThat(inverseType(protocol, request)).isEqualTo(reply);
        assertThat(inverseType(protocol, reply)).isEqualTo(request);
        assertThat(inverse.sourcePort).as("identifier").isEqualTo(0x1234);
        assertThat(inverse.destinationPort & 0xff).as("code").isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"1,3", "1,5", "1,11", "1,128", "58,1", "58,8", "58,135"})
    void anIcmpTypeWithoutAReplyHasNoInverse(int protocol, int type) {
        inverse.sourceLow = 9;
        assertThat(inverseType(protocol, type)).isEqualTo(-1);
        assertThat(inverse.sourceLow).isZero();
    }

    private int inverseType(int protocol, int type) {
        tuple.family = protocol == IpProtocol.ICMP ? FlowTuple.FAMILY_IPV4 : FlowTuple.FAMILY_IPV6;
        tuple.protocol = protocol;
        tuple.sourcePort = 0x1234;
        tuple.destinationPort = type << 8 | 7;
        return TupleInverse.invert(tuple, inverse) ? inverse.destinationPort >>> 8 : -1;
    }
}
