// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostSurroundingsTest {
    private final HostSurroundings surroundings = new HostSurroundings(Path.of("."));

    @Test
    void theAddressesOfAnInterfaceAreItsOwnButForTheVirtualOnes() {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        assertThat(surroundings.hasOwnIpv4("lo", Set.of())).isTrue();
        assertThat(surroundings.hasOwnIpv4("lo", Set.of(loopback))).isFalse();
        assertThat(surroundings.hasOwnIpv4("nothere0", Set.of()))
                .as("not known")
                .isTrue();
    }

    @Test
    void theLoopbackInterfaceIsNoCarpdev() {
        assertThat(surroundings.carpdevProblem("lo").orElse("none"))
                .contains("no other machine hears", "name the interface of the segment");
        assertThat(surroundings.carpdevProblem("nothere0")).as("not known").isEmpty();
    }
}
