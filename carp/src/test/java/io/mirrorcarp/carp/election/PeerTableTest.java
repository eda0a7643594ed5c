// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.packet.AddressFamily;
import org.junit.jupiter.api.Test;

class PeerTableTest {
    private final PeerTable table = new PeerTable();

    private void hear(int host, int advskew, long nowNanos) {
        var source = Vectors.address("192.0.2." + host);
        table.heard(new PeerAdvertisement(AddressFamily.IPV4, source, 1, advskew, 3), nowNanos);
    }

    @Test
    void itHasTheLastWordOfEachPeerLongestSilentFirst() {
        hear(1, 0, 10);
        hear(2, 50, 20);
        hear(1, 100, 30);
        assertThat(table.peers())
                .containsExactly(
                        new Peer(Vectors.address("192.0.2.2"), new CarpBid(1, 50, 3), 20),
                        new Peer(Vectors.address("192.0.2.1"), new CarpBid(1, 100, 3), 30));
    }

    @Test
    void itForgetsTheLongestSilentForANewOne() {
        for (int host = 1; host <= PeerTable.LIMIT + 2; host++) {
            hear(host, 0, host);
        }
        assertThat(table.peers()).hasSize(PeerTable.LIMIT);
        assertThat(table.peers().get(0).address()).isEqualTo(Vectors.address("192.0.2.3"));
    }
}
