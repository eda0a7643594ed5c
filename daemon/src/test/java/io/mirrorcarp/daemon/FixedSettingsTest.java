// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.parser.ConfigurationDifference;
import io.mirrorcarp.daemon.config.parser.ConfigurationParser;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.config.parser.FakeSurroundings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a reload cannot change is named with the reason, and everything else is changed. */
class FixedSettingsTest {
    private static final String FILE = """
            [node]
            name = "fw-a"
            hostId = "6f1c2a90"
            stateDir = "/var/lib/carpd"
            [global]
            advbase = 1
            [carp.wan]
            vhid = 1
            carpdev = "wan0"
            pass = "one"
            address = ["203.0.113.1/24"]
            [pfsync]
            syncdev = "sync0"
            syncpeer = ["192.0.2.2"]
            transport = "ip"
            keys = { 1 = "sync.key" }
            activeKey = 1
            maxupd = 128
            bulkTimeout = "30s"
            [pfsync.filter]
            protocols = ["tcp"]
            minAge = "0s"
            [pfsync.filter.import]
            protocols = ["tcp"]
            [admin]
            socket = "/run/carpd/admin.sock"
            http = "127.0.0.1:8112"
            [metrics]
            http = ""
            """;

    private static Configuration read(String text) {
        ConfigurationResult result = ConfigurationParser.parse("f", text, new FakeSurroundings());
        assertThat(result.faultLines()).isEmpty();
        return result.configuration().orElseThrow();
    }

    private static List<String> fixed(String from, String to) {
        assertThat(FILE).contains(from);
        return FixedSettings.changed(read(FILE), read(FILE.replace(from, to)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    name = "fw-a"                     ; name = "fw-x"
                    [carp.wan]                        ; [carp.out]
                    vhid = 1                          ; vhid = 9
                    pass = "one"                      ; pass = "two"
                    "203.0.113.1/24"                  ; "203.0.113.9/24"
                    advbase = 1                       ; advbase = 2
                    maxupd = 128                      ; maxupd = 1
                    bulkTimeout = "30s"               ; bulkTimeout = "9s"
                    minAge = "0s"                     ; minAge = "2s"
                    protocols = ["tcp"]               ; protocols = ["udp"]
                    http = "127.0.0.1:8112"           ; http = ""
                    http = ""                         ; http = "127.0.0.1:9712"
                    """)
    void whatAReloadChangesIsNotFixed(String from, String to) {
        assertThat(fixed(from, to)).isEmpty();
        Configuration before = read(FILE);
        Configuration after = read(FILE.replace(from, to));
        assertThat(ConfigurationDifference.between(before, FixedSettings.keep(before, after)))
                .as("in force after the reload")
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
                    hostId = "6f1c2a90"       ; hostId = "6f1c2a91"      ; node.hostId
                    "/var/lib/carpd"          ; "/srv/carpd"             ; node.stateDir
                    "/run/carpd/admin.sock"   ; "/run/carpd/other.sock"  ; admin.socket
                    "sync0"                   ; "lan0"                   ; pfsync.syncdev
                    "192.0.2.2"               ; "192.0.2.3"              ; pfsync.syncpeer
                    "ip"                      ; "udp"                    ; pfsync.transport
                    """)
    void whatItCannotChangeIsNamedWithTheReasonAndStaysAsItWas(String from, String to, String path) {
        List<String> lines = fixed(from, to);
        assertThat(lines).singleElement().asString().startsWith(path + ": ").matches(".* -> .* \\(.+\\)");
        Configuration before = read(FILE);
        Configuration after = read(FILE.replace(from, to));
        assertThat(ConfigurationDifference.between(before, FixedSettings.keep(before, after)))
                .isEmpty();
    }

    @Test
    void replicationItselfBeginsAndEndsWithTheDaemon() {
        String without = FILE.substring(0, FILE.indexOf("[pfsync]")) + FILE.substring(FILE.indexOf("[admin]"));
        Configuration with = read(FILE);
        assertThat(FixedSettings.changed(with, read(without)))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("pfsync."));
        assertThat(FixedSettings.changed(read(without), with))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("pfsync."));
    }
}
