// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AddressSetTest {
    @Test
    void addressesAreInTheOrderInWhichTheyAreHashed() {
        assertThat(set(
                                "fd00:1::9",
                                "200.1.1.1",
                                "2001:db8::ffff",
                                "10.9.0.200",
                                "128.0.0.0",
                                "10.9.0.3",
                                "127.255.255.255")
                        .addresses())
                .containsExactlyElementsOf(addresses(
                        "10.9.0.3",
                        "10.9.0.200",
                        "127.255.255.255",
                        "128.0.0.0",
                        "200.1.1.1",
                        "2001:db8::ffff",
                        "fd00:1::9"));
    }

    @Test
    void anAddressCountsOnce() {
        assertThat(set("10.0.0.5", "10.0.0.4", "10.0.0.5").addresses()).hasSize(2);
        assertThat(set("10.0.0.4", "10.0.0.5")).isEqualTo(set("10.0.0.5", "10.0.0.4"));
    }

    @Test
    void theScopeOfALinkLocalAddressIsCleared() {
        assertThat(set("fe80:7::1:1", "fe80::1:1").addresses()).containsExactly(Vectors.address("fe80::1:1"));
        assertThat(set("2001:7::1").addresses()).containsExactly(Vectors.address("2001:7::1"));
    }

    @Test
    void itKnowsItsFamilies() {
        assertThat(set("10.0.0.1").has(AddressFamily.IPV4)).isTrue();
        assertThat(set("10.0.0.1").has(AddressFamily.IPV6)).isFalse();
        assertThat(set("fe80::1").has(AddressFamily.IPV6)).isTrue();
    }

    @Test
    void onlyIpv6LinkLocalAddressesAreLeftOut() {
        assertThat(set("169.254.0.1", "fe80::1", "fd00::1").withoutLinkLocal())
                .isEqualTo(set("169.254.0.1", "fd00::1"));
    }

    @Test
    void itsDigestIsThatOfTheOctetsInTheirOrder() {
        long sha256 = 0x755b55ee577a10afL;
        assertThat(set("10.0.0.1", "10.0.0.2").digest()).isEqualTo(sha256);
        assertThat(set("10.0.0.2", "10.0.0.1", "10.0.0.2").digest()).isEqualTo(sha256);
        assertThat(set("10.0.0.2").digest()).isNotEqualTo(sha256);
    }

    static AddressSet set(String... literals) {
        return AddressSet.of(addresses(literals));
    }

    private static List<InetAddress> addresses(String... literals) {
        return Stream.of(literals).map(Vectors::address).toList();
    }
}
