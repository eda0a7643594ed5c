// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.host;
import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.io.MacMode;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostChangesTest {
    private static final VirtualHost WAN = host("wan", 1, "eth0", 10, "203.0.113.1/24");
    private static final VirtualHost LAN = host("lan", 2, "eth1", 10, "10.0.0.1/24");

    private static HostChanges to(VirtualHost... next) {
        return HostChanges.between(List.of(WAN, LAN), List.of(next));
    }

    @Test
    void whatIsAsBeforeIsNotTouchedAndANewOneIsNobodysChange() {
        VirtualHost third = host("dmz", 3, "eth2", 10, "192.0.2.1/24");
        assertThat(to(LAN, third, WAN)).isEqualTo(new HostChanges(List.of(), List.of()));
    }

    @Test
    void oneWithOtherTimesOrAddressesGoesOn() {
        VirtualHost slower = host("lan", 2, "eth1", 200, "10.0.0.1/24", "10.0.0.9/24");
        assertThat(to(WAN, slower)).isEqualTo(new HostChanges(List.of(), List.of(slower)));
    }

    @Test
    void oneThatIsMissingOrIsAttachedInAnotherWayGoes() {
        assertThat(to(WAN).departing()).containsExactly("lan");
        assertThat(to(WAN, host("lan", 9, "eth1", 10, "10.0.0.1/24")).departing())
                .as("another vhid")
                .containsExactly("lan");
        VirtualHost otherMac = LAN.withAttachment(LAN.attachment().withMac(MacMode.INTERFACE));
        assertThat(to(WAN, otherMac)).isEqualTo(new HostChanges(List.of("lan"), List.of()));
    }

    @Test
    void whetherArpIsBalancedIsNoChange() {
        VirtualHost balanced = LAN.withAttachment(LAN.attachment().withArpBalance(true));
        assertThat(to(WAN, balanced)).isEqualTo(new HostChanges(List.of(), List.of()));
    }
}
