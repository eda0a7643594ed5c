// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.config.Configuration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two configurations differ in what an administrator changed, and in nothing else. */
class ConfigurationDifferenceTest {
    private static final String FILE = """
            [carp.wan]
            vhid = 1
            carpdev = "wan0"
            pass = "one"
            address = ["203.0.113.1/24"]
            [pfsync]
            syncdev = "sync0"
            keys = { 1 = "sync.key" }
            activeKey = 1
            [[track.interface]]
            name = "uplink0"
            demote = 100
            """;

    private static Configuration read(String text) {
        ConfigurationResult result = ConfigurationParser.parse("f", text, new FakeSurroundings());
        assertThat(result.faultLines()).isEmpty();
        return result.configuration().orElseThrow();
    }

    private static List<String> differences(String changed) {
        return ConfigurationDifference.between(read(FILE), read(changed)).stream()
                .map(ConfigurationDifference::text)
                .toList();
    }

    @Test
    void aFileThatIsOnlyWrittenOtherwiseDiffersInNothing() {
        assertThat(differences("# a comment\n" + FILE.replace("vhid = 1", "vhid   = 1\nadvskew = 0")))
                .isEmpty();
    }

    @Test
    void aChangedKeyIsNamedWithBothValues() {
        assertThat(differences(FILE.replace("vhid = 1", "vhid = 1\nadvskew = 100")))
                .containsExactly("carp.wan.advskew: 0 -> 100");
        assertThat(differences(FILE.replace("[\"203.0.113.1/24\"]", "[\"203.0.113.1/24\", \"203.0.113.9/24\"]")))
                .containsExactly("carp.wan.address: [\"203.0.113.1/24\"] -> [\"203.0.113.1/24\", \"203.0.113.9/24\"]");
    }

    @Test
    void aChangedSecretIsNamedAndNotShown() {
        List<String> differences = differences(FILE.replace("\"one\"", "\"two\""));
        assertThat(differences).containsExactly("carp.wan.pass: (a secret) -> (another secret)");
    }

    @Test
    void aTableThatCameIsNamedByItsKeys() {
        String track = "[[track.interface]]\nname = \"eth0\"\ndemote = 7\n";
        String before = FILE.replace("[[track.interface]]\nname", track + "[[track.interface]]\nname");
        assertThat(differences(before))
                .contains("check.eth0.demote: none -> 7")
                .noneMatch(line -> line.contains("uplink0"));
        assertThat(differences(FILE.replaceAll("(?s)\\[pfsync].*activeKey = 1\n", "")))
                .contains("pfsync.syncdev: \"sync0\" -> none");
    }

    /** Such as of two receivers of notices the first. */
    @Test
    void eachOfSeveralTablesWithoutANameIsCompared() {
        String two = FILE + "[[notify]]\nwebhook = \"http://192.0.2.9/a\"\n[[notify]]\nmail = \"root\"\n";
        assertThat(ConfigurationDifference.between(read(two), read(two.replace("2.9/a", "2.9/b"))).stream()
                        .map(ConfigurationDifference::text))
                .containsExactly("notify.1.webhook: \"http://192.0.2.9/a\" -> \"http://192.0.2.9/b\"");
    }
}
