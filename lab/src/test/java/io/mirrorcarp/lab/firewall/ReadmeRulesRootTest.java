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
