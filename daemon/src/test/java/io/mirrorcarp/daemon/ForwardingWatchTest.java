// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.Announcement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ForwardingWatchTest {
    private static final int IPV4 = Announcement.FORWARDS_IPV4;
    private static final int IPV6 = Announcement.FORWARDS_IPV6;

    private static Map<String, Announcement> peer(int abilities) {
        return Map.of("fw-b", new Announcement("1", abilities, List.of(), List.of(), 0));
    }

    @Test
    void whatAPeerForwardsAndThisNodeDoesNotDemotesIt() {
        ForwardingWatch watch = new ForwardingWatch("");
        assertThat(watch.look(IPV4, IPV4, peer(IPV4))).isEmpty();
        assertThat(watch.look(IPV4, 0, peer(IPV4))).isEqualTo("net.ipv4.ip_forward is 0, and fw-b forwards");
        assertThat(watch.look(IPV4 | IPV6, IPV4, peer(IPV4 | IPV6)))
                .isEqualTo("net.ipv6.conf.all.forwarding is 0, and fw-b forwards");
        assertThat(watch.look(IPV4, IPV4, peer(IPV4))).isEmpty();
    }

    /** Two servers share an address, and forward nothing; or the only family of the addresses is forwarded. */
    @Test
    void whatNobodyForwardsOrNoAddressNeedsDemotesNobody() {
        ForwardingWatch watch = new ForwardingWatch("");
        assertThat(watch.look(IPV4, 0, peer(0))).isEmpty();
        assertThat(watch.look(IPV4, IPV4, peer(IPV4 | IPV6))).isEmpty();
        assertThat(watch.look(IPV4, 0, Map.of())).isEmpty();
        assertThat(watch.look(IPV4, 0, Map.of("fw-b", Announcement.NONE))).isEmpty();
    }

    @Test
    void atTheStartItWaitsForThePeersWord() {
        String atFirst = ForwardingWatch.atFirst(IPV4, IPV4 | IPV6);
        assertThat(atFirst).isEqualTo("net.ipv4.ip_forward is 0");
        ForwardingWatch beside = new ForwardingWatch(atFirst);
        assertThat(beside.look(IPV4, 0, Map.of())).isEqualTo(atFirst);
        assertThat(beside.look(IPV4, 0, peer(IPV4))).isEqualTo("net.ipv4.ip_forward is 0, and fw-b forwards");
        ForwardingWatch alike = new ForwardingWatch(atFirst);
        assertThat(alike.look(IPV4, 0, peer(0))).isEmpty();
        ForwardingWatch alone = new ForwardingWatch(atFirst);
        for (int look = 0; look < 10; look++) {
            assertThat(alone.look(IPV4, 0, Map.of())).isEqualTo(atFirst);
        }
        assertThat(alone.look(IPV4, 0, Map.of())).isEmpty();
        assertThat(ForwardingWatch.atFirst(IPV4, IPV6)).isEmpty();
    }
}
