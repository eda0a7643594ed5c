// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mirrorcarp.lab.net.Commands;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.Root;
import io.mirrorcarp.lab.traffic.Download;
import io.mirrorcarp.lab.traffic.DownloadPlan;
import io.mirrorcarp.lab.traffic.DownloadServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The packet filters that the README tells users to load. */
final class ReadmeRulesRootTest {
    @BeforeEach
    void needsRoot() {
        Root.required();
    }

    @Test
    void theNftablesRulesCarryATranslatedDownload() throws IOException {
        String rules = block("nft");
        carriesADownload(router -> router.nft(rules));
    }

    @Test
    void theIptablesRulesCarryATranslatedDownload() throws IOException {
        assumeTrue(Commands.run("sh", "-c", "command -v iptables").succeeded(), "needs iptables: not installed");
        String rules = block("iptables");
        carriesADownload(router -> router.run("sh", "-ec", rules).orThrow());
    }

    /** As a boot loads them; a second time is no fault. */
    @Test
    void theFilesOfConfCarryATranslatedDownload() throws IOException {
        Path conf = Path.of(System.getProperty("mirrorcarp.home"), "conf");
        String nft = "nft -f " + conf.resolve("nftables.conf");
        carriesADownload(router -> router.run("sh", "-ec", nft + "; " + nft).orThrow());
        assumeTrue(Commands.run("sh", "-c", "command -v iptables").succeeded(), "needs iptables: not installed");
        String restore = "iptables-restore " + conf.resolve("iptables.rules") + "; ip6tables-restore "
                + conf.resolve("ip6tables.rules");
        carriesADownload(
                router -> router.run("sh", "-ec", restore + "; " + restore).orThrow());
    }

    /** The administrator follows the README over a session that is older than the rules, and that connection tracking never saw begin. */
    @Test
    void theNftablesRulesLetARunningSessionGoOn() throws IOException {
        String rules = block("nft");
        keepsTheSession(router -> router.nft(rules), true);
        String without = rules.replace("tcp dport 22 accept", "");
        assertThat(without).isNotEqualTo(rules);
        keepsTheSession(router -> router.nft(without), false);
    }

    @Test
    void theIptablesRulesLetARunningSessionGoOn() throws IOException {
        assumeTrue(Commands.run("sh", "-c", "command -v iptables").succeeded(), "needs iptables: not installed");
        String rules = block("iptables");
        keepsTheSession(router -> router.run("sh", "-ec", rules).orThrow(), true);
        String without = rules.replaceAll("(?m)^.*--dport 22 .*$", "");
        assertThat(without).isNotEqualTo(rules);
        keepsTheSession(router -> router.run("sh", "-ec", without).orThrow(), false);
    }

    private static void keepsTheSession(Rules rules, boolean kept) throws IOException {
        try (Lab lab = Lab.open()) {
            Topology topology = new Topology(lab, SyncLink.SWITCH);
            LabHost router = topology.routerA().host();
            router.run("nft", "flush", "ruleset").orThrow();
            String address = topology.routerA().plan().lan().replaceFirst("/.*", "");
            try (ServerSocket listener = SshSession.listen(router);
                    SshSession running = SshSession.open(topology.client(), address)) {
                assertThat(running.answers()).as("before the rules").isTrue();
                rules.load(router);
                router.sysctl("net.netfilter.nf_conntrack_tcp_loose=0");
                assertThat(running.answers()).as("the running session").isEqualTo(kept);
                if (kept) {
                    try (SshSession fresh = SshSession.open(topology.client(), address)) {
                        assertThat(fresh.answers()).as("a new session").isTrue();
                    }
                }
                assertThat(listener.isClosed()).isFalse();
            }
        }
    }

    /** A router whose neighbours cannot ask for its address has no IPv6. */
    @Test
    void theRulesLetNeighbourDiscoveryIn() throws IOException {
        assertThat(reaches6(block("nft"))).isTrue();
        String without = block("nft").replaceAll("nd-neighbor-[a-z]+, ", "");
        assertThat(reaches6(without)).as("control: without them").isFalse();
    }

    private static boolean reaches6(String rules) {
        try (Lab lab = Lab.open()) {
            Topology topology = new Topology(lab, SyncLink.SWITCH);
            LabHost router = topology.routerA().host();
            router.address("lan0", "fd00:10::2/64");
            topology.client().address("eth0", "fd00:10::100/64");
            router.run("nft", "flush", "ruleset").orThrow();
            router.nft(rules);
            return topology.client()
                    .run("ping", "-6", "-c", "3", "-i", "0.2", "-W", "1", "fd00:10::2")
                    .succeeded();
        }
    }

    private interface Rules {
        void load(LabHost router);
    }

    private static void carriesADownload(Rules rules) throws IOException {
        try (Lab lab = Lab.open()) {
            Topology topology = new Topology(lab, SyncLink.SWITCH);
            LabHost router = topology.routerA().host();
            router.run("nft", "flush", "ruleset").orThrow();
            rules.load(router);
            router.address("wan0", Topology.VIRTUAL_WAN + "/24");
            router.address("lan0", Topology.VIRTUAL_LAN + "/24");
            try (DownloadServer server = new DownloadServer(topology.server(), Topology.SERVER)) {
                Download download = Download.start(
                        topology.client(), server.address(), DownloadPlan.brief(1), Duration.ofSeconds(5));
                assertThat(download.join().error()).isNull();
                assertThat(server.clients()).containsExactly(InetAddress.getByName(Topology.VIRTUAL_WAN));
            }
        }
    }

    /** The text of the README between the fence of that language and the next. */
    private static String block(String language) throws IOException {
        String readme = Files.readString(Path.of(System.getProperty("mirrorcarp.home"), "README.md"));
        String start = "\n```" + language + "\n";
        assertThat(readme).contains(start);
        String rest = readme.substring(readme.indexOf(start) + start.length());
        return rest.substring(0, rest.indexOf("```"));
    }
}
