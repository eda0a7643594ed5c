// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.config.BalancingConfiguration;
import io.mirrorcarp.daemon.config.BalancingConfiguration.Mode;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A virtual host whose packets several nodes share: balancing and carpnodes. */
class BalancingConfigurationTest {
    private static final String PLAIN =
            "[carp.wan]\ncarpdev = \"wan0\"\npassFile = \"carp.key\"\naddress = [\"203.0.113.1/24\"]\n";
    private static final String BALANCED = PLAIN + "balancing = \"ip-stealth\"\ncarpnodes = { 7 = 100, 1 = 0 }\n";

    private static ConfigurationResult parse(String text) {
        return ConfigurationParser.parse("f", text, new FakeSurroundings());
    }

    private static VirtualHostConfiguration host(String text) {
        ConfigurationResult result = parse(text);
        assertThat(result.faultLines()).isEmpty();
        return result.configuration().orElseThrow().virtualHosts().get(0);
    }

    @ParameterizedTest
    @EnumSource
    void everyModeIsReadAndShownAsItWasWritten(Mode mode) {
        String text = BALANCED.replace("ip-stealth", mode.text());
        VirtualHostConfiguration host = host(text);
        assertThat(host.balancing()).contains(new BalancingConfiguration(mode, new TreeMap<>(Map.of(1, 0, 7, 100))));
        assertThat(host.vhids()).containsExactly(Map.entry(1, 0), Map.entry(7, 100));
        assertThat(host.vhid()).as("the leader").isEqualTo(1);
        Configuration parsed = parse(text).configuration().orElseThrow();
        String shown = ConfigurationPrinter.print(parsed);
        assertThat(shown)
                .contains("balancing = \"" + mode.text() + "\"\ncarpnodes = { 1 = 0, 7 = 100 }\n")
                .doesNotContain("vhid =", "advskew =");
        assertThat(parse(shown).configuration()).contains(parsed);
    }

    @Test
    void offIsAVirtualHostLikeAnyOther() {
        assertThat(host(PLAIN + "vhid = 3\nadvskew = 9\nbalancing = \"off\"\n").balancing())
                .isEmpty();
        assertThat(host(PLAIN + "vhid = 3\nadvskew = 9\n").vhids()).containsExactly(Map.entry(3, 9));
    }

    @Test
    void theLeadersVhidAndAdvskewMayStandBeside() {
        assertThat(host(BALANCED + "vhid = 1\nadvskew = 0\n")).isEqualTo(host(BALANCED));
        assertThat(parse(BALANCED + "vhid = 7\nadvskew = 100\n").faultLines())
                .containsExactly(
                        "f:7:1: carpnodes name the vhids, of which 1 is the first: leave vhid out",
                        "f:8:1: carpnodes have the advskew of each vhid: leave advskew out");
    }

    /** The fault is in the line behind the table. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "balancing = \"arp\"|5:1: balancing must be \"off\" or \"ip\" or \"ip-stealth\" or \"ip-unicast\", not \"arp\"",
                "balancing = true|5:1: balancing must be a text in quotes, not true",
                "balancing = \"ip\"|5:1: [carp.wan] needs carpnodes, for example carpnodes = { 1 = 0, 2 = 100 }",
                "carpnodes = { 1 = 0 }|5:1: carpnodes are for balancing: set balancing = \"ip-stealth\"",
            })
    void whatIsMissingOrUnknownIsNamed(String line, String fault) {
        assertThat(parse(PLAIN + line + "\nvhid = 1\n").faultLines())
                .anySatisfy(told -> assertThat(told).startsWith("f:" + fault));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ 0 = 0, 2 = 0 }|\"0\" is no vhid, which is 1 to 255",
                "{ 256 = 0, 2 = 0 }|\"256\" is no vhid, which is 1 to 255",
                "{ one = 0, 2 = 0 }|\"one\" is no vhid, which is 1 to 255",
                "{ 01 = 0, 2 = 0 }|\"01\" is no vhid, which is 1 to 255",
                "{ 1 = 255, 2 = 0 }|1 must be a whole number from 0 to 254, not 255",
                "{ 1 = \"0\", 2 = 0 }|1 must be a whole number from 0 to 254, not \"0\"",
                "{}|carpnodes must name 1 to 32 vhids",
                "[1, 2]|carpnodes must be a table",
            })
    void faultyCarpnodesAreNamed(String value, String fault) {
        String text = BALANCED.replace("{ 7 = 100, 1 = 0 }", value);
        assertThat(parse(text).faultLines())
                .anySatisfy(told -> assertThat(told).startsWith("f:6:").contains(fault));
    }

    @Test
    void thirtyTwoCarpnodesAreTheMost() {
        assertThat(host(withNodes(32)).vhids()).hasSize(32);
        assertThat(parse(withNodes(33)).faultLines())
                .anyMatch(line -> line.startsWith("f:6:1: carpnodes must name 1 to 32 vhids"));
    }

    private static String withNodes(int number) {
        String nodes = IntStream.rangeClosed(1, number)
                .mapToObj(vhid -> vhid + " = " + vhid)
                .collect(Collectors.joining(", ", "{ ", " }"));
        return BALANCED.replace("{ 7 = 100, 1 = 0 }", nodes);
    }

    @Test
    void whatExcludesBalancingIsNamed() {
        assertThat(parse(BALANCED + "mac = \"interface\"\n").faultLines())
                .containsExactly("f:7:1: balancing needs one MAC that all nodes have: mac must be \"virtual\" with it");
        assertThat(parse("[global]\narpbalance = true\n" + BALANCED).faultLines())
                .containsExactly("f:7:1: balancing and [global] arpbalance exclude each other: set arpbalance = false");
        assertThat(parse(BALANCED + "advbase = 0\n").faultLines())
                .anyMatch(line -> line.startsWith("f:6:1: an advbase of 0 needs an advskew from 1 to 254"));
        assertThat(parse(BALANCED.replace("passFile = \"carp.key\"\n", "") + "protocol = \"vrrp3\"\n")
                        .faultLines())
                .anyMatch(line -> line.startsWith("f:4:1: balancing is CARP's"))
                .anyMatch(line -> line.startsWith("f:5:1: carpnodes is CARP's"));
    }

    @Test
    void aVhidThatAnotherTableHasOnTheCarpdevIsNamed() {
        String other =
                "[carp.other]\nvhid = 7\ncarpdev = \"wan0\"\npassFile = \"carp.key\"\naddress = [\"203.0.113.9/24\"]\n";
        assertThat(parse(BALANCED + other).faultLines())
                .containsExactly(
                        "f:8:1: vhid 7 on wan0 is that of [carp.wan]: each virtual host of a carpdev needs its own");
        assertThat(parse(other + BALANCED).faultLines())
                .containsExactly(
                        "f:11:15: vhid 7 on wan0 is that of [carp.other]: each virtual host of a carpdev needs its own");
    }

    @Test
    void nodesThatNameOtherVhidsDifferAndOtherAdvskewsDoNot() {
        Configuration here = parse(BALANCED).configuration().orElseThrow();
        Configuration turned = parse(BALANCED.replace("{ 7 = 100, 1 = 0 }", "{ 1 = 100, 7 = 0 }"))
                .configuration()
                .orElseThrow();
        Configuration more = parse(BALANCED.replace("1 = 0 }", "1 = 0, 9 = 50 }"))
                .configuration()
                .orElseThrow();
        assertThat(SettingsOf.shared(turned)).isEqualTo(SettingsOf.shared(here));
        assertThat(SettingsOf.shared(here).differences(SettingsOf.shared(more)))
                .singleElement()
                .satisfies(difference -> assertThat(difference.path()).isEqualTo("carp.wan.carpnodes.9"));
    }
}
