// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.Vectors;
import java.net.Inet4Address;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ArpBalanceTest {
    private static final TreeSet<Integer> VHIDS = new TreeSet<>(List.of(30, 10, 20));

    @TestFactory
    Stream<DynamicTest> everyAskerGetsTheVhidOfItsAddress() {
        return Vectors.arpBalance().stream().map(vector -> {
            Inet4Address sender = (Inet4Address) Vectors.address(vector.getString("sender_ip"));
            return DynamicTest.dynamicTest(sender.getHostAddress(), () -> {
                assertThat(ArpBalance.answer(sender, new TreeSet<>(List.of(0, 1)), vhid -> true))
                        .hasValue(vector.getInteger("mod2"));
                assertThat(ArpBalance.answer(sender, new TreeSet<>(List.of(2, 0, 1)), vhid -> true))
                        .hasValue(vector.getInteger("mod3"));
            });
        });
    }

    @Test
    void whoIsNotMasterOfThatVhidStaysSilent() {
        Inet4Address sender = (Inet4Address) Vectors.address("10.0.0.1");
        assertThat(ArpBalance.answer(sender, VHIDS, vhid -> vhid == 30)).isEqualTo(OptionalInt.of(30));
        assertThat(ArpBalance.answer(sender, VHIDS, vhid -> vhid != 30)).isEmpty();
        assertThat(ArpBalance.answer(sender, new TreeSet<>(), vhid -> true)).isEmpty();
    }

    @Test
    void twoMastersShareTheAskers() {
        long first = IntStream.range(1, 255)
                .filter(host -> ArpBalance.answer(
                                (Inet4Address) Vectors.address("192.168.1." + host),
                                new TreeSet<>(List.of(1, 2)),
                                vhid -> vhid == 1)
                        .isPresent())
                .count();
        assertThat(first).isEqualTo(127);
    }
}
