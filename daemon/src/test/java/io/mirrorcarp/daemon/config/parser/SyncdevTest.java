// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Several sync devices, and what carries the frames. */
class SyncdevTest {
    private static final String HOST =
            "[carp.wan]\nvhid = 1\ncarpdev = \"wan0\"\npassFile = \"carp.key\"\naddress = [\"203.0.113.1/24\"]\n";
    private static final String SYNC = "[pfsync]\nsyncdev = \"sync0\"\nkeys = { 1 = \"sync.key\" }\n";

    private static List<String> faults(String text) {
        return ConfigurationParser.parse("f", text, new FakeSurroundings()).faultLines();
    }

    private static List<String> warnings(String text) {
        return ConfigurationParser.parse("f", text, new FakeSurroundings()).warningLines();
    }

    @Test
    void severalSyncdevsAreDevicesThatAreThereEachOnce() {
        assertThat(faults(SYNC.replace("\"sync0\"", "[\"sync0\", \"lan0\"]"))).isEmpty();
        assertThat(faults(SYNC.replace("\"sync0\"", "[\"sync0\", \"lan1\", \"sync0\"]")))
                .containsExactly(
                        "f:2:21: there is no interface \"lan1\": did you mean \"lan0\"?",
                        "f:2:29: sync0 is in syncdev twice: name each device once");
        assertThat(faults(SYNC.replace("\"sync0\"", "[]")))
                .containsExactly("f:2:1: syncdev must name 1 to 4 devices, such as [\"sync0\", \"lan0\"], not 0");
        assertThat(faults(SYNC.replace("\"sync0\"", "[\"wan0\", \"lan0\", \"sync0\", \"eth0\", \"lo\"]")))
                .containsExactly("f:2:1: syncdev must name 1 to 4 devices, such as [\"sync0\", \"lan0\"], not 5");
        assertThat(faults(SYNC.replace("\"sync0\"", "[\"sync0\", 7]")))
                .containsExactly("f:2:21: each value of syncdev must be a text in quotes, such as \"eth2\"");
        assertThat(faults(SYNC.replace("keys = { 1 = \"sync.key\" }\n", "").replace("\"sync0\"", "[\"sync0\"]")))
                .singleElement()
                .asString()
                .contains("[pfsync] needs a key");
    }

    @Test
    void udpGoesToHosts() {
        assertThat(faults(SYNC + "transport = \"udp\"\nsyncpeer = [\"198.51.100.2\"]\n"))
                .isEmpty();
        assertThat(faults(SYNC + "transport = \"udp\"\n"))
                .containsExactly("f:4:1: transport = \"udp\" needs syncpeer: the addresses of the peers");
        assertThat(faults(SYNC + "transport = \"udp\"\nsyncpeer = [\"224.0.0.240\"]\n"))
                .containsExactly(
                        "f:5:1: with transport = \"udp\" frames go to hosts: name the peers' addresses, no group");
        assertThat(faults(SYNC + "transport = \"tcp\"\n"))
                .containsExactly("f:4:1: transport must be \"ip\" or \"udp\", not \"tcp\"");
    }

    @Test
    void oneOfSeveralSyncdevsMayBeACarpdev() {
        assertThat(warnings(HOST + SYNC.replace("\"sync0\"", "[\"sync0\", \"wan0\"]")))
                .isEmpty();
    }
}
