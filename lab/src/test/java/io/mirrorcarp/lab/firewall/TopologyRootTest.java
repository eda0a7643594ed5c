// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.Root;
import io.mirrorcarp.lab.traffic.Download;
import io.mirrorcarp.lab.traffic.DownloadPlan;
import io.mirrorcarp.lab.traffic.DownloadResult;
import io.mirrorcarp.lab.traffic.DownloadServer;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The topology without carpd: the virtual addresses are put on a router by hand. */
final class TopologyRootTest {
    private static final Duration STALL_LIMIT = Duration.ofSeconds(5);

    private Lab lab;
    private Topology topology;
    private DownloadServer server;

    @BeforeEach
    void build() {
        Root.required();
        lab = Lab.open();
        topology = new Topology(lab, SyncLink.SWITCH);
        server = new DownloadServer(topology.server(), Topology.SERVER);
    }

    @AfterEach
    void remove() {
        if (lab != null) {
            server.close();
            lab.close();
        }
    }

    @Test
    void aRouterWithTheVirtualAddressesCarriesADownloadUnderItsSourceNat() throws Exception {
        takeAddresses(topology.routerA());

        DownloadResult result = download(DownloadPlan.brief(1)).join();

        assertThat(result.error()).isNull();
        assertThat(result.complete()).isTrue();
        assertThat(result.bytes()).isEqualTo(70_000);
        assertThat(server.clients()).containsExactly(InetAddress.getByName(Topology.VIRTUAL_WAN));
    }

    @Test
    void twoLabsWithTheSameAddressesDoNotDisturbEachOther() {
        takeAddresses(topology.routerA());
        try (Lab otherLab = Lab.open()) {
            Topology other = new Topology(otherLab, SyncLink.SWITCH);
            try (DownloadServer otherServer = new DownloadServer(other.server(), Topology.SERVER)) {
                takeAddresses(other, other.routerB());
                Download mine = download(DownloadPlan.brief(5));
                Download others =
                        Download.start(other.client(), otherServer.address(), DownloadPlan.brief(6), STALL_LIMIT);

                assertThat(mine.join().complete()).isTrue();
                assertThat(others.join().complete()).isTrue();
            }
        }
    }

    @Test
    void withoutTheVirtualAddressesThereIsNoWay() {
        DownloadResult result = download(DownloadPlan.brief(1)).join();

        assertThat(result.complete()).isFalse();
        assertThat(result.error()).isNotNull();
    }

    @Test
    void addressesThatMoveWithoutStateKillTheConnectionAndCarryNewOnes() {
        takeAddresses(topology.routerA());
        Download old = download(new DownloadPlan(2, 1400, 2000, Duration.ofMillis(5)));
        await().until(() -> old.arrivals().bytes() > 100_000);

        topology.routerA().powerOff();
        takeAddresses(topology.routerB());

        assertThat(old.join().complete()).isFalse();
        // Not reset: the router that does not know the connection stays silent, as it must while states are on their
        // way.
        assertThat(old.join().error()).startsWith("stalled");
        assertThat(server.failures()).isEmpty();
        assertThat(download(DownloadPlan.brief(3)).join().complete()).isTrue();
    }

    @Test
    void aCutCableHoldsADownloadUpForAsLong() {
        takeAddresses(topology.routerA());
        Download download = download(new DownloadPlan(4, 1400, 400, Duration.ofMillis(5)));
        await().until(() -> download.arrivals().bytes() > 100_000);

        long cut = System.nanoTime();
        topology.wan().cutCable(topology.server());
        await().until(() -> System.nanoTime() - download.arrivals().lastNanos() > 400_000_000L);
        topology.wan().restoreCable(topology.server());
        DownloadResult result = download.join();

        assertThat(result.complete()).isTrue();
        assertThat(result.longestGap().nanos()).isBetween(400_000_000L, 3_000_000_000L);
        assertThat(result.longestGap().startNanos() - cut).isLessThan(100_000_000L);
        assertThat(result.arrivals().firstAfter(cut + 300_000_000L))
                .hasValue(result.longestGap().endNanos());
    }

    private Download download(DownloadPlan plan) {
        return Download.start(topology.client(), server.address(), plan, STALL_LIMIT);
    }

    private void takeAddresses(Router router) {
        takeAddresses(topology, router);
    }

    /** What carpd does, by hand: the addresses come up and the neighbours learn it. */
    private static void takeAddresses(Topology topology, Router router) {
        router.host().address("wan0", Topology.VIRTUAL_WAN + "/24");
        router.host().address("lan0", Topology.VIRTUAL_LAN + "/24");
        for (LabHost neighbour : new LabHost[] {topology.client(), topology.server()}) {
            neighbour.namespace().ip("neighbour", "flush", "all");
        }
    }
}
