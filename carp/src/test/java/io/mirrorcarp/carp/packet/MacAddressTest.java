// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.Vectors;
import org.junit.jupiter.api.Test;

class MacAddressTest {
    @Test
    void theVirtualMacEndsInTheVhid() {
        assertThat(VirtualMac.of(1)).hasToString("00:00:5e:00:01:01");
        assertThat(VirtualMac.of(255)).hasToString("00:00:5e:00:01:ff");
        assertThatThrownBy(() -> VirtualMac.of(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VirtualMac.of(256)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theAutomaticLinkLocalIsTheEui64OfTheVirtualMac() {
        assertThat(VirtualMac.linkLocal(63)).isEqualTo(Vectors.address("fe80::200:5eff:fe00:13f"));
        assertThat(VirtualMac.linkLocal(255)).isEqualTo(Vectors.address("fe80::200:5eff:fe00:1ff"));
    }

    @Test
    void multicastAddressesHaveTheirMac() {
        assertThat(MacAddress.ofMulticast(Envelope.GROUP_IPV4)).hasToString("01:00:5e:00:00:12");
        assertThat(MacAddress.ofMulticast(Envelope.GROUP_IPV6)).hasToString("33:33:00:00:00:12");
        assertThat(MacAddress.ofMulticast(Vectors.address("239.255.129.3"))).hasToString("01:00:5e:7f:81:03");
        assertThat(MacAddress.ofMulticast(Vectors.address("ff02::ff00:80ff"))).hasToString("33:33:ff:00:80:ff");
        assertThatThrownBy(() -> MacAddress.ofMulticast(Vectors.address("192.0.2.1")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void textAndOctetsGoBothWays() {
        MacAddress mac = MacAddress.parse("fe:dc:ba:98:76:54");
        assertThat(MacAddress.of(mac.octets())).isEqualTo(mac).hasToString("fe:dc:ba:98:76:54");
        assertThat(mac.isGroup()).isFalse();
        assertThat(MacAddress.parse("01:00:5e:00:01:05").isGroup()).isTrue();
        assertThat(MacAddress.BROADCAST.isGroup()).isTrue();
        assertThatThrownBy(() -> MacAddress.of(new byte[5])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MacAddress(1L << 48)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anIpv6AddressThatEmbedsAnIpv4OneStaysIpv6() {
        assertThat(IpAddress.of(Vectors.bytes("00000000000000000000ffff0a000001"))
                        .getAddress())
                .hasSize(16);
    }
}
