// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The rules that people read are those that the lab loads and {@code carpctl init} writes. {@code -Drules.write=true} writes them anew. */
class RulesTextTest {
    private static final Path HOME = Path.of(System.getProperty("mirrorcarp.home"));

    private static final String HEAD = """
            # The packet filter of the pair in the README, as carpctl init writes it for yours: wan0 and lan0 are the carpdevs, sync0 is the
            # syncdev. Merge it into your own rules, or put your own into it.
            """;

    private static final Map<Path, String> FILES = files();

    private static Map<Path, String> files() {
        Map<Path, String> files = new LinkedHashMap<>();
        files.put(HOME.resolve("conf/nftables.conf"), HEAD + NftablesText.file(FilterPlan.README));
        files.put(HOME.resolve("conf/iptables.rules"), HEAD + IptablesText.restoreV4(FilterPlan.README));
        files.put(HOME.resolve("conf/ip6tables.rules"), HEAD + IptablesText.restoreV6(FilterPlan.README));
        return files;
    }

    private static String withBlock(String readme, String language, String content) {
        String start = "\n```" + language + "\n";
        int from = readme.indexOf(start) + start.length();
        assertThat(readme).contains(start);
        return readme.substring(0, from) + content + readme.substring(readme.indexOf("```", from));
    }

    @Test
    void theExamplesAndTheReadmeHaveTheseRules() throws IOException {
        Path readme = HOME.resolve("README.md");
        String text = Files.readString(readme);
        String right = withBlock(
                withBlock(text, "nft", NftablesText.table(FilterPlan.README)),
                "iptables",
                IptablesText.commands(FilterPlan.README));
        if (Boolean.getBoolean("rules.write")) {
            Files.writeString(readme, right);
            for (Map.Entry<Path, String> file : FILES.entrySet()) {
                Files.writeString(file.getKey(), file.getValue());
            }
        }
        assertThat(Files.readString(readme)).isEqualTo(right);
        for (Map.Entry<Path, String> file : FILES.entrySet()) {
            assertThat(file.getKey()).hasContent(file.getValue());
        }
    }

    @Test
    void theReadmeHasTheseSettings() throws IOException {
        String readme = Files.readString(HOME.resolve("README.md"));
        assertThat(KernelSettings.file(false).lines().filter(line -> line.contains(" = ")))
                .hasSize(3)
                .allMatch(line -> readme.contains("\n" + line + "\n"));
        assertThat(KernelSettings.file(true)).contains("net.ipv6.conf.all.forwarding = 1");
    }

    /** Each rule of nftables is there for iptables, once for each member of its sets, in the same order. */
    @Test
    void theTwoFormsSayTheSame() {
        FilterPlan plan = new FilterPlan(
                List.of("wan0", "wan1"), List.of("lan0", "lan1"), List.of("sync0", "lan1"), List.of(), 2222);
        assertThat(NftablesText.table(plan))
                .contains("iifname { \"lan0\", \"lan1\" } oifname { \"wan0\", \"wan1\" } accept")
                .contains("tcp dport 2222 accept")
                .contains("oifname { \"sync0\", \"lan1\" } tcp sport 7240 notrack")
                .contains("iifname { \"sync0\", \"lan1\" } meta l4proto 240 accept")
                .contains("iifname { \"sync0\", \"lan1\" } tcp dport 7240 accept");
        assertThat(IptablesText.restoreV4(plan))
                .contains("""
                        -A FORWARD -i lan0 -o wan0 -j ACCEPT
                        -A FORWARD -i lan0 -o wan1 -j ACCEPT
                        -A FORWARD -i lan1 -o wan0 -j ACCEPT
                        -A FORWARD -i lan1 -o wan1 -j ACCEPT
                        """)
                .contains("-A INPUT -i sync0 -p 240 -j ACCEPT\n-A INPUT -i lan1 -p 240 -j ACCEPT\n")
                .contains("-A PREROUTING -i lan1 -p tcp --dport 7240 -j CT --notrack\n")
                .contains("-A INPUT -i sync0 -p tcp --sport 7240 ! --syn -j ACCEPT\n")
                .contains("-A INPUT -i lan1 -p tcp --sport 7240 ! --syn -j ACCEPT\n");
        int ssh = IptablesText.restoreV4(plan).indexOf("--dport 2222");
        assertThat(ssh)
                .as("before what is invalid")
                .isBetween(0, IptablesText.restoreV4(plan).indexOf("INVALID"));
        assertThat(IptablesText.restoreV6(plan))
                .contains("--icmpv6-type neighbour-solicitation")
                .doesNotContain("-p icmp ");
    }
}
