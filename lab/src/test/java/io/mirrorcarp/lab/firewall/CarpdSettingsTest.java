// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class CarpdSettingsTest {
    private static final Path SOCKET = Path.of("/run/x/admin.sock");

    @Test
    void withoutPfsyncTheTableIsAbsent() {
        assertThat(CarpdSettings.of("fw-a", 0).toml(SOCKET)).contains("[pfsync]");
        assertThat(CarpdSettings.of("fw-a", 0).withPfsync(false).toml(SOCKET)).doesNotContain("pfsync");
    }

    @Test
    void bothVirtualHostsHaveTheNodesSkew() {
        assertThat(CarpdSettings.of("fw-b", 100).toml(SOCKET).lines().filter(line -> line.startsWith("advskew")))
                .containsExactly("advskew  = 100", "advskew  = 100");
    }

    @Test
    void aUnicastPeerIsNamedInThePfsyncTable() {
        String toml = CarpdSettings.of("fw-a", 0).withSyncpeer("192.0.2.2").toml(SOCKET);
        assertThat(toml.substring(toml.indexOf("[pfsync]"), toml.indexOf("[admin]")))
                .contains("syncpeer    = [\"192.0.2.2\"]");
    }

    @Test
    void extraTextComesLast() {
        assertThat(CarpdSettings.of("fw-a", 0).withExtra("[hooks]\n").toml(SOCKET))
                .endsWith("[hooks]\n");
    }
}
