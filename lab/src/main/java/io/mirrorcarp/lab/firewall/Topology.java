// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import java.util.ArrayList;
import java.util.List;

/**
 * The network of the demonstration.
 *
 * <pre>
 *                       virtual 10.0.0.1     virtual 203.0.113.1
 *                            |                    |
 *              +--- .2 lan0 fw-a wan0 .2 ---+
 *   client ----+        sync0 192.0.2.1     +---- server
 *   .100       |        sync0 192.0.2.2     |     .100
 *              +--- .3 lan0 fw-b wan0 .3 ---+
 *   LAN 10.0.0.0/24                         WAN 203.0.113.0/24
 * </pre>
 */
public final class Topology {
    /** The virtual address on the LAN, the client's default gateway. */
    public static final String VIRTUAL_LAN = "10.0.0.1";

    /** The virtual address on the WAN, which the server sees. */
    public static final String VIRTUAL_WAN = "203.0.113.1";

    /** The client's address. */
    public static final String CLIENT = "10.0.0.100";

    /** The server's address. */
    public static final String SERVER = "203.0.113.100";

    private final LabNetwork lan;
    private final LabNetwork wan;
    private final LabNetwork sync;
    private final LabHost client;
    private final LabHost server;
    private final List<Router> routers = new ArrayList<>();
    private final LabKeys keys = LabKeys.random();

    /** Builds the segments, both end hosts and both routers in a lab; no virtual address is up yet. */
    public Topology(Lab lab, SyncLink syncLink) {
        this(lab, syncLink, RouterPlan.row(2));
    }

    /**
     * The same with other routers.
     *
     * @param plans at least two
     */
    public Topology(Lab lab, SyncLink syncLink, List<RouterPlan> plans) {
        lan = lab.network("lan");
        wan = lab.network("wan");
        sync = syncLink == SyncLink.CABLE ? lab.cable("sync") : lab.network("sync");
        client = lab.host("client");
        client.plug(lan, "eth0");
        client.address("eth0", CLIENT + "/24");
        client.namespace().ip("route", "add", "default", "via", VIRTUAL_LAN);
        server = lab.host("server");
        server.plug(wan, "eth0");
        server.address("eth0", SERVER + "/24");
        setRetransmission(server);
        plans.forEach(plan -> routers.add(router(lab, plan)));
    }

    /**
     * A sender of TCP notices that the path is back only at its next retransmission. Linux sends them about 0.2, 0.6, 1.5, 3.2
     * and 6.4 s after the loss, so a takeover after 3.3 s would be measured as 6.4 s. With this first timeout they come after 0.25,
     * 0.74, 1.7 and 3.7 s, one of them soon after the latest takeover at advbase 1 and advskew 100 (3.4 s).
     */
    private static void setRetransmission(LabHost sender) {
        sender.namespace().ip("route", "replace", "203.0.113.0/24", "dev", "eth0", "rto_min", "236ms");
    }

    private Router router(Lab lab, RouterPlan plan) {
        LabHost host = lab.host(plan.name());
        host.plug(wan, "wan0");
        host.plug(lan, "lan0");
        host.plug(sync, "sync0");
        return new Router(host, plan);
    }

    /** The segment of the client. */
    public LabNetwork lan() {
        return lan;
    }

    /** The segment of the server. */
    public LabNetwork wan() {
        return wan;
    }

    /** The segment between the routers. */
    public LabNetwork sync() {
        return sync;
    }

    /** The host that downloads; its default route is the virtual address. */
    public LabHost client() {
        return client;
    }

    /** The host that is downloaded from. */
    public LabHost server() {
        return server;
    }

    /** The preferred router. */
    public Router routerA() {
        return routers.get(0);
    }

    /** The router that stands by. */
    public Router routerB() {
        return routers.get(1);
    }

    /** The secrets of the pair. */
    public LabKeys keys() {
        return keys;
    }

    /** carpd for the preferred router: advskew 0. */
    public static CarpdSettings settingsA() {
        return CarpdSettings.of("fw-a", 0);
    }

    /** carpd for the other router: advskew 100. */
    public static CarpdSettings settingsB() {
        return CarpdSettings.of("fw-b", 100);
    }

    /** The preferred router as a firewall, not started. */
    public Firewall firewallA(CarpdSettings settings) {
        return new Firewall(routerA(), keys, settings);
    }

    /** The other router as a firewall, not started. */
    public Firewall firewallB(CarpdSettings settings) {
        return new Firewall(routerB(), keys, settings);
    }

    /** All routers, in order. */
    public List<Router> routers() {
        return List.copyOf(routers);
    }
}
