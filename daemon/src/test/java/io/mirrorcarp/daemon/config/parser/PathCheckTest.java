// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Layouts in which both directions of a connection pass different nodes are told, and no others. */
class PathCheckTest {
    private static final String HOST =
            "[carp.wan]\nvhid = 1\ncarpdev = \"wan0\"\npassFile = \"carp.key\"\naddress = [\"203.0.113.1/24\"]\n";
    private static final String SYNC = "[pfsync]\nsyncdev = \"sync0\"\nkeys = { 1 = \"sync.key\" }\n";

    private static List<String> warnings(String text) {
        ConfigurationResult result = ConfigurationParser.parse("f", text, new FakeSurroundings());
        assertThat(result.faultLines()).isEmpty();
        return result.warningLines();
    }

    @Test
    void aGroupThatLacksACarpdevIsAnAsymmetricPath() {
        String lan = HOST.replace("wan", "lan").replace("203.0.113.1", "10.0.0.1");
        assertThat(warnings(HOST + "group = \"a\"\n" + lan + "group = \"a\"\n")).isEmpty();
        assertThat(warnings(HOST + "group = \"a\"\n" + lan + "group = \"b\"\n"))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("f:6:1: warning: group \"a\" has no address on lan0: ")
                .contains("give each group a virtual host on every carpdev");
        assertThat(warnings(HOST + lan + "group = \"b\"\n"))
                .first()
                .asString()
                .contains("what has no group has no address on lan0");
    }

    @Test
    void aNodeThatIsPreferredInOneNetworkOnlyMakesAnAsymmetricPath() {
        String lan = HOST.replace("wan", "lan").replace("203.0.113.1", "10.0.0.1");
        assertThat(warnings(HOST + "advskew = 100\n" + lan + "advskew = 100\n")).isEmpty();
        assertThat(warnings(HOST + lan + "advskew = 100\n"))
                .singleElement()
                .asString()
                .startsWith("f:1:1: warning: what has no group is not equally preferred on lan0, wan0: ")
                .contains("asymmetric", "the same advbase and advskew on each carpdev", "hold = \"auto\"");
        assertThat(warnings(HOST + lan + "advbase = 2\n" + SYNC)).hasSize(1);
        assertThat(warnings(HOST + lan + "advskew = 100\n" + SYNC + "hold = \"auto\"\n"))
                .isEmpty();
    }

    /** DragonFly's arpbalance in the LAN, beside one address of the WAN. */
    @Test
    void arpbalanceInOneNetworkOnlyMakesAnAsymmetricPath() {
        String lan = HOST.replace("wan", "lan").replace("203.0.113.1", "10.0.0.1");
        String second = lan.replace("carp.lan", "carp.lan2").replace("vhid = 1", "vhid = 2") + "advskew = 100\n";
        assertThat(warnings("[global]\narpbalance = true\n" + HOST + lan + second))
                .singleElement()
                .asString()
                .contains("asymmetric");
    }
}
