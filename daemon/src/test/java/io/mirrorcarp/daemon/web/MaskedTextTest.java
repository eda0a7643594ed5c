// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MaskedTextTest {
    private static final String FILE = """
            [carp.wan]
            pass = "one \\" # two"   # comment
            vhid = 1
            [carp.lan]
              pass='three'
            nextPass = "four"
            """;

    @Test
    void noPasswordIsShownAndEachComesBackToItsTable() {
        String masked = MaskedText.mask(FILE);
        assertThat(masked)
                .doesNotContain("one")
                .doesNotContain("three")
                .doesNotContain("four")
                .contains("# comment");
        assertThat(MaskedText.unmask(masked, FILE)).isEqualTo(FILE);
        String turned =
                masked.substring(masked.indexOf("[carp.lan]")) + masked.substring(0, masked.indexOf("[carp.lan]"));
        assertThat(MaskedText.unmask(turned, FILE))
                .contains("[carp.lan]\n  pass='three'")
                .contains("pass = \"one");
    }

    @Test
    void aNewPasswordIsTaken() {
        String changed = MaskedText.mask(FILE).replaceFirst("pass='?\"\\*+\"", "pass=\"new\"");
        assertThat(MaskedText.unmask(changed, FILE)).contains("pass=\"new\"").doesNotContain("three");
    }
}
