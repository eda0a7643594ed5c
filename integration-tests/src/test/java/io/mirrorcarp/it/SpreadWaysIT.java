// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.traffic.TcpFlow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** Two firewalls that both work: IPv6, and connections from outside, with the rules of docs/several-active.md. Client k has gateway k, but where they share one. */
@Isolated
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "starts pairs, a minute: bin/test --load")
final class SpreadWaysIT {
    private static final Path PAGE = Path.of("..", "docs", "several-active.md");
    private static final Duration EXCHANGE = Duration.ofSeconds(8);
    private static final int GROUPS = 2;
    private static final String SERVER = "203.0.113.100";
    private static final String SERVER_6 = "2001:db8:1::100";
    private static final int SERVICE = 8080;

    private final List<LabHost> clients = new ArrayList<>();
    private final List<TcpFlow> flows = new ArrayList<>();

    private static SpreadNodes nodes(String inside, String outside) throws IOException {
        SpreadNodes net =
                new SpreadNodes(List.of("fw-a", "fw-b"), "--inside lan0=" + inside + " --outside wan0=" + outside);
        net.awaitJoined(0, 1);
        net.awaitJoined(1, 2);
        return net;
    }

    private static LabHost server(SpreadNodes net) {
        return net.host("server", net.wan, SERVER + "/24", SERVER_6 + "/64");
    }

    private void clients(SpreadNodes net, String gateway, String network6) {
        for (int group = 1; group <= GROUPS; group++) {
            LabHost client =
                    net.host("client" + group, net.lan, "10.0.0.10" + group + "/24", network6 + "::10" + group + "/64");
            client.namespace().ip("route", "add", "default", "via", gateway.replace("N", Integer.toString(group)));
            client.namespace().ip("-6", "route", "add", "default", "via", network6 + "::" + group);
            clients.add(client);
        }
    }

    private TcpFlow flow(LabHost client, String own, LabHost server, String address, int port) throws IOException {
        TcpFlow flow =
                TcpFlow.openFrom(client, InetAddress.getByName(own), server, new InetSocketAddress(address, port));
        flows.add(flow);
        return flow;
    }

    private static String seenBy(TcpFlow flow) {
        return flow.accepted().getInetAddress().getHostAddress();
    }

    private void assertAllLive(SpreadNodes net, String when) {
        flows.forEach(flow -> assertThat(flow.exchange(EXCHANGE))
                .as(() -> when + ": " + flow.connected() + "\n" + net.told())
                .isEmpty());
    }

    /** All that fw-b has goes to fw-a. */
    private void assertAllSurvive(SpreadNodes net) {
        assertAllLive(net, "while both work");
        KernelTable.awaitEqual(net.nodes, "", SpreadNodes.LIMIT);
        net.nodes.get(1).powerOff();
        net.awaitGroups(0, SpreadNodes.TAKEOVER, 1, 2);
        assertAllLive(net, "after fw-b has lost its power");
        flows.forEach(TcpFlow::close);
    }

    @Test
    void privateIpv6HostsAndServersInsideKeepToTheirGroup() throws IOException {
        try (SpreadNodes net = nodes(
                "10.0.0.1/24,10.0.0.2/24,fd00:1::1/64,fd00:1::2/64",
                "203.0.113.1/24,203.0.113.2/24,2001:db8:1::1/64,2001:db8:1::2/64")) {
            LabHost server = server(net);
            clients(net, "10.0.0.N", "fd00:1");
            net.nodes.forEach(SpreadWaysIT::letServicesIn);
            for (int group = 1; group <= GROUPS; group++) {
                LabHost client = clients.get(group - 1);
                assertThat(seenBy(flow(client, "fd00:1::10" + group, server, SERVER_6, 9_100 + group)))
                        .isEqualTo("2001:db8:1:0:0:0:0:" + group);
                assertThat(seenBy(flow(client, "10.0.0.10" + group, server, SERVER, 9_200 + group)))
                        .isEqualTo("203.0.113." + group);
                flows.add(fromOutside(server, "203.0.113." + group, client, group));
            }
            assertAllSurvive(net);
        }
    }

    private static void letServicesIn(LabHost node) {
        try {
            node.nft(RoutingRecipes.of(PAGE, "services"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TcpFlow fromOutside(LabHost server, String dialled, LabHost client, int number) {
        return TcpFlow.open(server, client, new InetSocketAddress(dialled, SERVICE), "10.0.0.10" + number, SERVICE);
    }

    /** The hosts have addresses that the outside routes to fw-a, whichever node lets them out. */
    @Test
    void globalIpv6HostsHaveTheirAnswersHeld() throws IOException {
        try (SpreadNodes net = nodes(
                "10.0.0.1/24,10.0.0.2/24,2001:db8:2::1/64,2001:db8:2::2/64",
                "203.0.113.1/24,203.0.113.2/24,2001:db8:1::1/64")) {
            LabHost server = server(net);
            server.namespace().ip("-6", "route", "add", "2001:db8:2::/64", "via", "2001:db8:1::1");
            clients(net, "10.0.0.N", "2001:db8:2");
            for (int group = 1; group <= GROUPS; group++) {
                String own = "2001:db8:2::10" + group;
                assertThat(seenBy(flow(clients.get(group - 1), own, server, SERVER_6, 9_100 + group)))
                        .isEqualTo("2001:db8:2:0:0:0:0:10" + group);
            }
            assertAllSurvive(net);
        }
    }

    /** The gateway's answer deals the servers as it deals clients: that of an odd address is fw-b, so the connection that came in by fw-a leaves by fw-b, and the other way round. */
    @Test
    void withOneGatewayServersAreReachedByTheAddressOfEachGroup() throws IOException {
        try (SpreadNodes net = nodes("10.0.0.1/24", "203.0.113.1/24,203.0.113.2/24")) {
            LabHost server = server(net);
            clients(net, "10.0.0.1", "fd00:1");
            net.nodes.forEach(SpreadWaysIT::letServicesIn);
            net.hold();
            for (int group = 1; group <= GROUPS; group++) {
                flows.add(fromOutside(server, "203.0.113." + group, clients.get(group - 1), group));
            }
            assertAllSurvive(net);
        }
    }
}
