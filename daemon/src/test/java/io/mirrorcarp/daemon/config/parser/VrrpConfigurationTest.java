// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.Protocol;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import io.mirrorcarp.daemon.config.VrrpConfiguration;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A virtual host that speaks VRRP: its keys, and what is refused. */
class VrrpConfigurationTest {
    private static final String THIRD =
            "[carp.lan]\nvhid = 51\ncarpdev = \"lan0\"\naddress = [\"10.0.0.1/24\", \"fe80::1/64\"]\nprotocol = \"vrrp3\"\n";
    private static final String SECOND =
            "[carp.lan]\nvhid = 51\ncarpdev = \"lan0\"\naddress = [\"10.0.0.1/24\"]\nprotocol = \"vrrp2\"\n";

    private static ConfigurationResult parse(String text) {
        return ConfigurationParser.parse("f", text, new FakeSurroundings());
    }

    private static VirtualHostConfiguration host(String text) {
        return parse(text).configuration().orElseThrow().virtualHosts().get(0);
    }

    @Test
    void theDefaultsAreThoseOfTheRfc() {
        assertThat(host(THIRD).vrrp()).contains(new VrrpConfiguration(Protocol.VRRP3, 100, Duration.ofSeconds(1)));
        assertThat(parse(THIRD).warningLines())
                .as("no passFile is missed")
                .noneMatch(line -> line.contains("passFile"));
        assertThat(host(SECOND + "interval = \"2s\"\npriority = 255\n").vrrp())
                .contains(new VrrpConfiguration(Protocol.VRRP2, 255, Duration.ofSeconds(2)));
        assertThat(
                        host("[carp.wan]\nvhid = 1\ncarpdev = \"wan0\"\npassFile = \"carp.key\"\naddress = [\"203.0.113.1/24\"]\n")
                                .vrrp())
                .isEmpty();
    }

    @Test
    void whatIsShownParsesToTheSame() {
        for (String text : List.of(
                THIRD, THIRD + "interval = \"10ms\"\npriority = 1\n", SECOND, SECOND + "passFile = \"carp.key\"\n")) {
            Configuration parsed = parse(text).configuration().orElseThrow();
            String shown = ConfigurationPrinter.print(parsed);
            assertThat(shown).contains("protocol = \"vrrp").doesNotContain("advskew", "auth =");
            assertThat(parse(shown).configuration()).contains(parsed);
        }
    }

    /** The fault is at the line behind the table, in its first column. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "advskew = 5|advskew is CARP's, and this virtual host speaks VRRP: use priority",
                "advbase = 1|advbase is CARP's",
                "downTimer = \"openbsd\"|downTimer is CARP's",
                "auth = \"strict\"|auth is CARP's",
                "nextPassFile = \"carp.key\"|nextPassFile is CARP's",
                "passFile = \"carp.key\"|VRRP 3 has no passphrase",
                "priority = 0|priority must be a whole number from 1 to 255, not 0",
                "priority = 256|priority must be a whole number from 1 to 255, not 256",
                "interval = \"5ms\"|interval must be from 10ms to 40950ms",
                "interval = \"41s\"|interval must be from 10ms to 40950ms",
                "interval = \"15ms\"|interval must be a multiple of 10ms",
            })
    void whatVersion3DoesNotHaveIsNamed(String line, String fault) {
        assertThat(parse(THIRD + line + "\n").faultLines())
                .singleElement()
                .asString()
                .startsWith("f:6:1: ")
                .contains(fault);
    }

    @Test
    void whatVersion2DoesNotHaveIsNamed() {
        assertThat(parse(SECOND + "interval = \"1500ms\"\n").faultLines())
                .singleElement()
                .asString()
                .contains("whole seconds");
        assertThat(parse(THIRD.replace("vrrp3", "vrrp2")).faultLines())
                .singleElement()
                .asString()
                .contains("VRRP 2 has IPv4 addresses only");
        assertThat(parse(SECOND + "passFile = \"carp.key\"\n").warningLines())
                .anyMatch(line -> line.contains("only the first 8 bytes"));
    }

    @Test
    void carpDoesNotHaveTheKeysOfVrrp() {
        String carp =
                "[carp.wan]\nvhid = 1\ncarpdev = \"wan0\"\npassFile = \"carp.key\"\naddress = [\"203.0.113.1/24\"]\n";
        assertThat(parse(carp + "priority = 7\ninterval = \"1s\"\n").faultLines())
                .containsExactly(
                        "f:6:1: priority is VRRP's: set protocol = \"vrrp3\", or use advskew",
                        "f:7:1: interval is VRRP's: set protocol = \"vrrp3\", or use advbase");
        assertThat(parse(carp + "protocol = \"vrrp\"\n").faultLines())
                .singleElement()
                .asString()
                .contains("\"carp\" or \"vrrp3\" or \"vrrp2\"");
    }

    @Test
    void oneThatDoesNotFitIntoAnAdvertisementIsRefused() {
        StringBuilder addresses = new StringBuilder();
        for (int i = 1; i <= 91; i++) {
            addresses.append("\"2001:db8::").append(i).append("/64\",");
        }
        assertThat(parse("[carp.lan]\nvhid = 51\ncarpdev = \"lan0\"\nprotocol = \"vrrp3\"\naddress = [" + addresses
                                + "]\n")
                        .faultLines())
                .singleElement()
                .asString()
                .contains("has room for 255 IPv4 and 90 IPv6");
    }
}
