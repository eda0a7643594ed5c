// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The faults of [check.NAME]. */
class CheckFaultsTest {
    private static final String HOST =
            "[carp.wan]\nvhid = 1\ncarpdev = \"wan0\"\npassFile = \"carp.key\"\naddress = [\"203.0.113.1/24\"]\n";

    private static List<String> faults(String text) {
        return ConfigurationParser.parse("f", text, new FakeSurroundings()).faultLines();
    }

    @Test
    void aCheckHasTheKeysOfItsKind() {
        String check = HOST + "[check.x]\ndemote = 1\n";
        assertThat(faults(check + "kind = \"pnig\"\n"))
                .containsExactly("f:8:1: there is no kind \"pnig\": did you mean \"ping\"?");
        assertThat(faults(check)).containsExactly("f:6:1: [check.x] needs kind, for example kind = \"ping\"");
        assertThat(faults(check + "kind = \"tcp\"\ntarget = \"203.0.113.6\"\nstatus = 200\n"))
                .containsExactly(
                        "f:9:1: target must be an IP address with a port, such as \"203.0.113.6:443\"",
                        "f:10:1: status is no key of kind = \"tcp\": remove it");
        assertThat(faults(check + "kind = \"interface\"\ntarget = \"eth0\"\ninterval = \"1s\"\n"))
                .containsExactly("f:10:1: interval is no key of kind = \"interface\": remove it");
        assertThat(faults(check + "kind = \"ping\"\n"))
                .containsExactly("f:6:1: [check.x] needs target, for example target = \"203.0.113.6\"");
        assertThat(faults(check + "kind = \"dns\"\ntarget = \"192.0.2.53\"\n"))
                .containsExactly("f:6:1: [check.x] needs query, for example query = \"example.net\"");
        assertThat(faults(check + "kind = \"http\"\ntarget = \"ftp://192.0.2.53/\"\n"))
                .containsExactly("f:9:1: target must be an http or https URL, such as \"http://192.0.2.10/health\"");
        assertThat(faults(check + "kind = \"file\"\ntarget = \"/x\"\nexpect = \"gone\"\n"))
                .containsExactly("f:10:1: expect must be \"present\" or \"absent\", not \"gone\"");
        assertThat(faults(check + "kind = \"ping\"\ntarget = \"gateway.example.net\"\n"))
                .containsExactly("f:9:1: target must be an IP address, such as \"203.0.113.6\"");
        assertThat(faults(check + "kind = \"process\"\ntarget = \"a-long-name-of-a-daemon\"\n"))
                .containsExactly("f:9:1: the kernel keeps 15 letters of a process's name: write \"a-long-name-of-\"");
        assertThat(faults(check + "kind = \"gateway\"\ngroup = \"insde\"\n"))
                .containsExactly(
                        "f:9:1: no virtual host is in the group \"insde\": name it in a [carp.NAME] table too");
    }

    @Test
    void aLinkLocalTargetOfACheckHasItsInterface() {
        String check = HOST + "[check.x]\ndemote = 1\n";
        String needed = "f:9:1: a link-local address needs its interface: fe80::1%eth0";
        for (String kind : List.of("ping", "gateway", "dns")) {
            String rest = kind.equals("dns") ? "query = \"example.net\"\n" : "";
            String begun = check + "kind = \"" + kind + "\"\n";
            assertThat(faults(begun + "target = \"fe80::1%lan0\"\n" + rest)).isEmpty();
            assertThat(faults(begun + "target = \"fe80::1\"\n" + rest)).containsExactly(needed);
        }
        assertThat(faults(check + "kind = \"tcp\"\ntarget = \"[fe80::1%lan0]:443\"\n"))
                .isEmpty();
        assertThat(faults(check + "kind = \"tcp\"\ntarget = \"[fe80::1]:443\"\n"))
                .containsExactly(needed);
        assertThat(faults(check + "kind = \"ping\"\ntarget = \"2001:db8::1%lan0\"\n"))
                .containsExactly("f:9:1: target must be an IP address, such as \"203.0.113.6\"");
    }
}
