// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.equality.PeerComparison;
import io.mirrorcarp.pfsync.flows.FlowName;
import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.session.PeerBacklog;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicationTextTest {
    private static final FlowName TCP = new FlowName(6, "10.0.0.2", 40_000, "192.0.2.2", 443, 0);
    private static final FlowName UDP6 = new FlowName(17, "fd00::2", 5353, "fd00::3", 53, 7);
    private static final FlowName PING = new FlowName(1, "10.0.0.2", 77, "192.0.2.2", 0x800, 0);

    private static PeerComparison compared(int buckets, boolean equal, boolean finished) {
        List<PeerComparison.Difference> flows = buckets == 0
                ? List.of()
                : List.of(
                        new PeerComparison.Difference(PeerComparison.Kind.MISSING, TCP),
                        new PeerComparison.Difference(PeerComparison.Kind.ENDED, UDP6));
        return new PeerComparison(1, "fw-b", true, 9, 9, buckets, equal, finished, flows);
    }

    @Test
    void aComparisonNamesEachFlowThatDiffered() {
        assertThat(ReplicationText.comparison(List.of(compared(2, true, true)))).isEqualTo("""
                        fw-b: 2 of 256 buckets differed, and are repaired; 9 of its 9 flows are here
                          missing tcp 10.0.0.2:40000 > 192.0.2.2:443
                          ended   udp [fd00::2]:5353 > [fd00::3]:53 zone 7
                        """);
        assertThat(ReplicationText.comparison(List.of(compared(0, true, true))))
                .isEqualTo("fw-b: equal, 9 of its 9 flows are here\n");
    }

    @Test
    void onlyPeersThatAnsweredAndAreEqualAreEqual() {
        assertThat(ReplicationText.isEqual(List.of(compared(2, true, true), compared(0, true, true))))
                .isTrue();
        assertThat(ReplicationText.isEqual(List.of(compared(2, false, true)))).isFalse();
        assertThat(ReplicationText.isEqual(List.of(compared(0, true, false)))).isFalse();
    }

    @Test
    void aBacklogNamesEachChangeThatIsNotAcknowledged() {
        PeerBacklog behind = new PeerBacklog(
                1,
                "fw-b",
                true,
                false,
                3,
                List.of(
                        new PeerBacklog.Unacknowledged(Action.INSERT, TCP),
                        new PeerBacklog.Unacknowledged(Action.DELETE, PING)));
        PeerBacklog well = new PeerBacklog(2, "fw-c", true, true, 0, List.of());
        PeerBacklog gone = new PeerBacklog(3, "fw-d", false, false, 0, List.of());
        assertThat(ReplicationText.backlogs(List.of(behind, well, gone))).isEqualTo("""
                        fw-b: has not acknowledged 3 frames
                          insert tcp 10.0.0.2:40000 > 192.0.2.2:443
                          delete icmp 10.0.0.2 > 192.0.2.2 id 77
                        fw-c: lacks nothing: its digests are equal
                        fw-d: is gone, and lacks whatever changed since
                        """);
    }
}
