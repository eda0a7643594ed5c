// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.protocol.ReplicationStatus.PeerStatus;
import io.mirrorcarp.pfsync.protocol.Verdict;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailoverPeerTest {
    private static final String BLIND = "net.ipv4.ip_forward is 0";
    private static final String DISK = "maintenance: new disk";

    private static PeerStatus peer(String node, Verdict verdict, List<String> notReady) {
        return new PeerStatus(
                node.hashCode(),
                node,
                verdict,
                false,
                false,
                0,
                0,
                0,
                0,
                true,
                true,
                1500,
                false,
                2,
                new Announcement("1", 0, notReady, List.of(), 0));
    }

    private static String against(Map<PeerStatus, List<String>> findings) {
        return FailoverPeer.against(findings.keySet(), peer -> findings.getOrDefault(peer, List.of()));
    }

    @Test
    void whoeverCouldTakeOverHasNothingAgainstIt() {
        assertThat(against(Map.of(peer("fw-b", Verdict.IN_SYNC, List.of()), List.of())))
                .isEmpty();
    }

    @Test
    void whatAPeerLacksIsAgainstIt() {
        assertThat(against(Map.of(peer("fw-b", Verdict.IN_SYNC, List.of()), List.of(BLIND, "no NAT hook"))))
                .isEqualTo("fw-b: " + BLIND + "; no NAT hook");
        assertThat(against(Map.of(peer("fw-b", Verdict.IN_SYNC, List.of(DISK)), List.of(DISK))))
                .isEqualTo("fw-b: " + DISK);
    }

    /** What a silent one said last is nothing that a command could wait for. */
    @Test
    void whoIsSilentOrHasStoppedIsNotAsked() {
        assertThat(against(Map.of(
                        peer("fw-b", Verdict.LOST, List.of()),
                        List.of(BLIND),
                        peer("fw-c", Verdict.ALONE, List.of(DISK)),
                        List.of(DISK))))
                .isEmpty();
    }

    /** The election leaves a demoted one out, and not one that would lack something only once it is master. */
    @Test
    void amongSeveralOneThatStandsBackHindersNobodyAndOneThatLacksSomethingDoes() {
        PeerStatus well = peer("fw-b", Verdict.IN_SYNC, List.of());
        PeerStatus other = peer("fw-c", Verdict.IN_SYNC, List.of(DISK));
        assertThat(against(Map.of(well, List.of(), other, List.of(DISK)))).isEmpty();
        assertThat(against(Map.of(well, List.of(), other, List.of(DISK, BLIND))))
                .isEqualTo("fw-c: " + DISK + "; " + BLIND);
    }
}
