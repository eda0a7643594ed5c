// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.bed;

import io.mirrorcarp.lab.firewall.Router;
import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabProcess;
import io.mirrorcarp.lab.traffic.FlowLoad;
import io.mirrorcarp.lab.traffic.FlowPath;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;

/**
 * The lab's network, made ready for any of the systems: the load passes fw-a, which is the sender of states; fw-b is the receiver. A
 * new one for each system, so that none finds what another left.
 */
public final class Bed implements AutoCloseable {
    /** The UDP port of conntrackd on the sync link. */
    public static final int CONNTRACKD_PORT = 3780;

    /** Fine enough that packets come one by one, and not in bursts. */
    private static final Duration TICK = Duration.ofNanos(50_000);

    private static final long SEED = 1;

    /** The sync traffic of conntrackd is not tracked, as that of carpd is not; VRRP and the clients' packets may come in on a macvlan of keepalived's. */
    private static final String PEERS_RULES = """
            table inet router {
              chain raw_in { udp dport %1$d notrack; }
              chain raw_out { udp dport %1$d notrack; }
              chain input {
                iifname "sync0" udp dport %1$d accept
                meta l4proto { 2, 112 } accept
              }
              chain forward { iifname "vrrp*" accept; }
            }
            """.formatted(CONNTRACKD_PORT);

    private final Lab lab;
    private final Topology topology;

    /** Builds the network. Nothing runs on it yet. */
    public Bed() {
        lab = Lab.open();
        try {
            topology = new Topology(lab, SyncLink.SWITCH);
            topology.routers().forEach(Bed::allowPeers);
        } catch (RuntimeException e) {
            lab.sleepIfRemovedAtExit();
            lab.close();
            throw e;
        }
    }

    /** Lets the other systems' protocols pass a router's packet filter; to be done again after {@link Router#powerOn}. */
    public static void allowPeers(Router router) {
        router.host().nft(PEERS_RULES);
    }

    /** The network. */
    public Topology topology() {
        return topology;
    }

    /** fw-a, through which the load goes. */
    public LabHost sender() {
        return topology.routerA().host();
    }

    /** fw-b, to which the flows are replicated. */
    public LabHost receiver() {
        return topology.routerB().host();
    }

    /**
     * A load through fw-a, on the core that is kept for it. It goes to fw-a's own MACs, whoever holds the virtual addresses.
     *
     * @param gap between two segments of a connection that opens, at least 0.05 ms
     */
    public FlowLoad load(Duration gap) {
        try {
            FlowPath path = new FlowPath(
                    InetAddress.getByName(Topology.CLIENT),
                    InetAddress.getByName(Topology.SERVER),
                    InetAddress.getByName(Topology.VIRTUAL_WAN),
                    sender().mac("lan0"),
                    sender().mac("wan0"));
            FlowLoad load = FlowLoad.random(topology.client(), topology.server(), path, TICK, gap, SEED);
            Cores.ofThisMachine().pinLoad();
            return load;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("addresses as text need no name server", e);
        }
    }

    /** Ends what runs and removes the network. The tables are emptied first: the kernel would do it later, beside the next measurement. */
    @Override
    public void close() {
        try {
            for (LabHost host : new LabHost[] {sender(), receiver()}) {
                host.processes().forEach(LabProcess::kill);
                KernelFlows.flush(host);
            }
        } catch (LabException ignored) {
            // The network goes in any case, and why it is not as it should be was told where it was noticed.
        } finally {
            lab.sleepIfRemovedAtExit();
            lab.close();
        }
    }
}
