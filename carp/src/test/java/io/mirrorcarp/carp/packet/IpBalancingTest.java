// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.carp.Vectors;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** OpenBSD's rule of who keeps a packet, by its own vectors. */
class IpBalancingTest {
    private static final IpBalancing TWO = new IpBalancing(BalancingMode.IP_STEALTH, List.of(3, 7));
    private static final IpBalancing THREE = new IpBalancing(BalancingMode.IP, List.of(3, 7, 200));

    @TestFactory
    Stream<DynamicTest> aPacketHasTheSlotThatOpenBsdGivesIt() {
        return Vectors.ipBalance().stream().map(vector -> {
            String name = vector.getString("src") + " to " + vector.getString("dst");
            return DynamicTest.dynamicTest(name, () -> {
                assertThat(slot(TWO, vector)).isEqualTo(vector.getInteger("mod2"));
                assertThat(slot(THREE, vector)).isEqualTo(vector.getInteger("mod3"));
            });
        });
    }

    private static int slot(IpBalancing balancing, JsonObject vector) {
        return balancing.slotOf(address(vector, "src"), address(vector, "dst"));
    }

    private static InetAddress address(JsonObject vector, String key) {
        return Vectors.address(vector.getString(key));
    }

    @Test
    void bothDirectionsOfAConnectionHaveTheSameSlot() {
        for (JsonObject vector : Vectors.ipBalance()) {
            assertThat(THREE.slotOf(address(vector, "dst"), address(vector, "src")))
                    .isEqualTo(slot(THREE, vector));
        }
    }

    @Test
    void theLowestVhidLeadsAndItsNumberIsTheMacs() {
        assertThat(TWO.leader()).isEqualTo(3);
        assertThat(TWO.mac()).hasToString("00:00:5e:00:01:03");
        assertThat(THREE.mac()).hasToString("01:00:5e:00:01:03");
        assertThat(THREE.mac().isGroup()).isTrue();
        assertThat(THREE.slotOf(200)).isEqualTo(2);
        assertThat(THREE.slotOf(4)).isEqualTo(-1);
        assertThat(new IpBalancing(BalancingMode.IP_UNICAST, List.of(9)).isSource())
                .isTrue();
        assertThat(TWO.isSource() || THREE.isSource()).isFalse();
    }

    @Test
    void asManyCarpnodesAsOpenBsdHas() {
        List<Integer> most = IntStream.rangeClosed(1, 32).boxed().toList();
        assertThat(new IpBalancing(BalancingMode.IP, most).slots()).isEqualTo(32);
        for (List<Integer> wrong : List.of(
                List.<Integer>of(),
                List.of(2, 1),
                List.of(1, 1),
                IntStream.rangeClosed(1, 33).boxed().toList())) {
            assertThatThrownBy(() -> new IpBalancing(BalancingMode.IP, wrong))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
