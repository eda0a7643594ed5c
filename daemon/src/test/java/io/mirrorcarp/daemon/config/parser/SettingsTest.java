// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.Settings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What two nodes must have alike is compared, and what each has for itself is not. */
class SettingsTest {
    private static final String FILE = """
            [node]
            name = "fw-a"
            [carp.wan]
            vhid = 1
            carpdev = "wan0"
            advskew = 0
            pass = "a passphrase"
            address = ["203.0.113.1/24"]
            [pfsync]
            syncdev = "sync0"
            keys = { 1 = "sync.key" }
            activeKey = 1
            """;

    private static Configuration read(String text) {
        ConfigurationResult result = ConfigurationParser.parse("f", text, new FakeSurroundings());
        assertThat(result.faultLines()).isEmpty();
        return result.configuration().orElseThrow();
    }

    /** As the other node gets it: through the text. */
    private static List<String> differences(String other) {
        Settings own = SettingsOf.shared(read(FILE));
        Settings peer = Settings.parse(SettingsOf.shared(read(other)).text());
        assertThat(peer.digest() == own.digest()).isEqualTo(peer.equals(own));
        return own.differences(SettingsOf.named(own, peer)).stream()
                .map(difference -> difference.text("here", "there"))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name = \"fw-a\" | name = \"fw-b\"",
                "carpdev = \"wan0\" | carpdev = \"lan0\"",
                "advskew = 0 | advskew = 100",
                "[pfsync] | [hooks]%dir = \"/elsewhere\"%[pfsync]",
                "syncdev = \"sync0\" | syncdev = \"lan0\"",
                "[carp.wan] | [carp.outside]"
            })
    void whatIsANodesOwnDoesNotCount(String from, String to) {
        String other = FILE.replace(from, to.replace('%', '\n'));
        assertThat(other).isNotEqualTo(FILE);
        assertThat(differences(other)).isEmpty();
    }

    @Test
    void whatMustBeAlikeIsNamedWithBothValues() {
        assertThat(differences(FILE.replace("203.0.113.1/24", "203.0.113.9/24")))
                .containsExactly("carp.wan.address: [\"203.0.113.1/24\"] here, [\"203.0.113.9/24\"] there");
        assertThat(differences(FILE.replace("vhid = 1", "vhid = 7"))).containsExactly("carp.wan.vhid: 1 here, 7 there");
        assertThat(differences(FILE.replace("activeKey = 1", "activeKey = 1\n[pfsync.filter]\nprotocols = [\"tcp\"]")))
                .singleElement()
                .asString()
                .startsWith("pfsync.filter.protocols: [")
                .endsWith("[\"tcp\"] there");
    }

    @Test
    void aSecretIsComparedAndNeverShown() {
        List<String> passphrase = differences(FILE.replace("a passphrase", "another"));
        assertThat(passphrase).containsExactly("carp.wan.passphrase: another one there than here");
        assertThat(SettingsOf.all(read(FILE)).text()).doesNotContain("a passphrase");
    }

    @Test
    void whatIsNotThereIsNone() {
        assertThat(differences(FILE.replaceAll("(?s)\\[carp.wan].*\\[pfsync]", "[pfsync]")))
                .contains("carp.wan.vhid: 1 here, none there");
    }

    @Test
    void aPeerCannotMoveTheCursor() {
        assertThat(Settings.parse("carp.w\u001b[2Jan.vhid = 1\u001b[0m\n").text())
                .isEqualTo("carp.w?[2Jan.vhid = 1?[0m\n");
        assertThat(Settings.parse("no line of this kind\n = \n").values()).isEmpty();
    }
}
