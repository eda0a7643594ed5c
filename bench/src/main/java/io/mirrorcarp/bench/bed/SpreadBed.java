// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.bed;

import io.mirrorcarp.lab.firewall.Router;
import io.mirrorcarp.lab.firewall.RouterPlan;
import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabProcess;
import io.mirrorcarp.lab.traffic.FlowLoad;
import io.mirrorcarp.lab.traffic.FlowPath;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The lab's network with several firewalls, each of which has a load of its own. Of one active firewall there is a second one that waits. */
public final class SpreadBed implements AutoCloseable {
    /** Coarser than that of {@link Bed}: up to four loads share a core. */
    private static final Duration TICK = Duration.ofNanos(200_000);

    private static final int FIRST_CLIENT = 110;
    private static final int FIRST_TRANSLATED = 40;

    private final Lab lab = Lab.open();
    private final Topology topology;
    private final int active;

    /**
     * Builds the network. Nothing runs on it yet.
     *
     * @param active how many firewalls have a load, 1 to 14
     */
    public SpreadBed(int active) {
        this.active = active;
        topology = new Topology(lab, SyncLink.SWITCH, RouterPlan.row(Math.max(2, active)));
        for (int place = 0; place < active; place++) {
            topology.client().address("eth0", client(place) + "/24");
            topology.routers()
                    .get(place)
                    .host()
                    .nft(String.format(
                            Locale.ROOT,
                            "table ip spread { chain post { type nat hook postrouting priority srcnat - 10; oifname \"wan0\" ip saddr %s snat to %s; }; }",
                            client(place),
                            translated(place)));
        }
    }

    /** The network. */
    public Topology topology() {
        return topology;
    }

    /** How many firewalls have a load. */
    public int active() {
        return active;
    }

    private static String client(int place) {
        return "10.0.0." + (FIRST_CLIENT + place);
    }

    private static String translated(int place) {
        return "203.0.113." + (FIRST_TRANSLATED + place);
    }

    /**
     * The load of each active firewall, all on the core that is kept for them.
     *
     * @param gap between two segments of a connection that opens
     */
    public List<FlowLoad> loads(Duration gap) {
        List<FlowLoad> loads = new ArrayList<>();
        try {
            for (int place = 0; place < active; place++) {
                Router router = topology.routers().get(place);
                FlowPath path = new FlowPath(
                        InetAddress.getByName(client(place)),
                        InetAddress.getByName(Topology.SERVER),
                        InetAddress.getByName(translated(place)),
                        router.host().mac("lan0"),
                        router.host().mac("wan0"));
                loads.add(FlowLoad.random(topology.client(), topology.server(), path, TICK, gap, place));
            }
        } catch (UnknownHostException e) {
            throw new IllegalStateException("addresses as text need no name server", e);
        }
        Cores.ofThisMachine().pinLoad();
        return loads;
    }

    @Override
    public void close() {
        try {
            for (Router router : topology.routers()) {
                router.host().processes().forEach(LabProcess::kill);
                KernelFlows.flush(router.host());
            }
        } catch (LabException ignored) {
            // The network goes in any case, and why it is not as it should be was told where it was noticed.
        } finally {
            lab.sleepIfRemovedAtExit();
            lab.close();
        }
    }
}
