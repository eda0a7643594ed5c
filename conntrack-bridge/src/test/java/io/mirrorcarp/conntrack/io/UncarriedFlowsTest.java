// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.conntrack.entry.Attachment;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.entry.FlowChoice;
import io.mirrorcarp.conntrack.entry.FlowSieve;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.pfsync.message.FlowTuple;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which flows no other node could carry on, and how many there are. */
class UncarriedFlowsTest {
    private final OwnAddresses own = new OwnAddresses();
    private final UncarriedFlows flows = new UncarriedFlows(own, false);

    private static ConntrackEntry flow(int number, int protocol, String helper) {
        ConntrackEntry entry = new ConntrackEntry();
        entry.original.family = FlowTuple.FAMILY_IPV4;
        entry.original.protocol = protocol;
        entry.original.sourceLow = number;
        if (!helper.isEmpty()) {
            byte[] name = (helper + "\0").getBytes(StandardCharsets.US_ASCII);
            int value = entry.attachment.add(Attachment.HELPER, name.length);
            System.arraycopy(name, 0, entry.attachment.bytes, value, name.length);
        }
        return entry;
    }

    @ParameterizedTest
    @CsvSource({
        "47, '', GRE",
        "6, pptp, PPTP",
        "6, Q.931, Q931",
        "17, RAS, RAS",
        "6, H.245, H245",
        "6, ftp, ",
        "17, sip, ",
        "6, '', ",
        "33, '', ",
        "50, '', "
    })
    void flowsOfTheseAreNoneThatCouldGoOn(int protocol, String helper, UncarriedKind kind) {
        assertThat(flows.notices(flow(1, protocol, helper))).isEqualTo(kind != null);
        flows.publish();
        assertThat(flows.counts()).isEqualTo(kind == null ? Map.of() : Map.of(kind, 1));
    }

    @Test
    void norIsDccpWhereTheKernelFollowsIt() {
        assertThat(new UncarriedFlows(own, true).notices(flow(1, IpProtocol.DCCP, "")))
                .isTrue();
    }

    @Test
    void aFlowThatLeavesWithAnAddressOfThisNodeCountsAndIsToldAllTheSame() {
        own.add(FlowTuple.FAMILY_IPV4, 0, 99);
        ConntrackEntry entry = flow(1, IpProtocol.TCP, "");
        entry.status = ConntrackStatus.SOURCE_NAT;
        entry.reply.copyFrom(entry.original);
        entry.reply.destinationLow = 99;
        assertThat(flows.notices(entry)).isFalse();
        entry.original.sourceLow = 2;
        entry.reply.destinationLow = 98;
        assertThat(flows.notices(entry)).isFalse();
        flows.publish();
        assertThat(flows.counts()).isEqualTo(Map.of(UncarriedKind.OWN_ADDRESS, 1));
    }

    @Test
    void whatARuleExpectsIsNoHelpersExpectationAndItsFlowCountsUntilADumpShowsNone() {
        assertThat(flows.noticesExpectation(flow(1, IpProtocol.TCP, "ftp"))).isFalse();
        assertThat(flows.noticesExpectation(flow(2, IpProtocol.TCP, ""))).isTrue();
        assertThat(flows.notices(flow(2, IpProtocol.TCP, ""))).as("it is told").isFalse();
        flows.publish();
        assertThat(flows.counts()).isEqualTo(Map.of(UncarriedKind.RULES_EXPECTATION, 1));
        flows.beginDump();
        flows.endDump();
        assertThat(flows.counts()).isEmpty();
    }

    @Test
    void aFlowIsNotAdmittedThatEndsAtThisNode() {
        own.add(FlowTuple.FAMILY_IPV4, 0, 99);
        Admission admission = new Admission(new FlowSieve(FlowChoice.ALL), own);
        ConntrackEntry entry = flow(1, IpProtocol.TCP, "");
        entry.original.destinationLow = 99;
        entry.reply.family = FlowTuple.FAMILY_IPV4;
        entry.reply.sourceLow = 98;
        assertThat(admission.takes(entry)).as("forwarded to another host").isTrue();
        entry.reply.sourceLow = 99;
        assertThat(admission.takes(entry)).as("to this node").isFalse();
        entry.reply.sourceLow = 98;
        entry.original.sourceLow = 99;
        assertThat(admission.takes(entry)).as("from this node").isFalse();
    }

    @Test
    void aFlowCountsOnceAndUntilItEnds() {
        flows.notices(flow(1, IpProtocol.GRE, ""));
        flows.notices(flow(1, IpProtocol.GRE, ""));
        flows.notices(flow(2, IpProtocol.GRE, ""));
        flows.publish();
        assertThat(flows.counts()).isEqualTo(Map.of(UncarriedKind.GRE, 2));
        flows.onEnd(flow(2, IpProtocol.GRE, ""));
        flows.onEnd(flow(3, IpProtocol.TCP, ""));
        flows.publish();
        assertThat(flows.counts()).isEqualTo(Map.of(UncarriedKind.GRE, 1));
    }

    @Test
    void aDumpEndsWhatItDoesNotShow() {
        flows.notices(flow(1, IpProtocol.GRE, ""));
        flows.notices(flow(2, IpProtocol.GRE, ""));
        flows.beginDump();
        flows.notices(flow(2, IpProtocol.GRE, ""));
        flows.notices(flow(3, IpProtocol.TCP, "pptp"));
        flows.endDump();
        assertThat(flows.counts()).isEqualTo(Map.of(UncarriedKind.GRE, 1, UncarriedKind.PPTP, 1));
    }
}
