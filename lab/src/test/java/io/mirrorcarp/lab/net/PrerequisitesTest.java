// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PrerequisitesTest {
    @Test
    void onlyTheEffectiveUserIdMakesRoot() {
        assertThat(Prerequisites.root("Name:\tjava\nUid:\t1000\t0\t0\t0\nGid:\t0\t0\t0\t0\n"))
                .isTrue();
        assertThat(Prerequisites.root("Name:\tjava\nUid:\t0\t1000\t0\t0\nGid:\t0\t0\t0\t0\n"))
                .isFalse();
        assertThat(Prerequisites.root("")).isFalse();
    }

    @Test
    void missingProgramsAreNamedWithTheirDebianPackages() {
        assertThat(Prerequisites.sentence(List.of("ip", "nft")))
                .isEqualTo("not installed: ip, nft; on Debian: apt install iproute2 nftables");
    }
}
