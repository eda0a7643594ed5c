// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One Ethernet segment: a bridge in the lab's switch, with a cable (veth pair) to each host on it. Or a single cable, of which both ends lose their carrier when
 * it is cut or a host at one end loses power.
 */
public final class LabNetwork {
    private static final int MAX_DEVICE_NAME = 15;

    private final Namespace switchNamespace;
    private final String name;
    private final boolean singleCable;
    private final Set<String> ports = new LinkedHashSet<>();

    LabNetwork(Namespace switchNamespace, String name, boolean singleCable) {
        this.switchNamespace = switchNamespace;
        this.name = name;
        this.singleCable = singleCable;
        // Snooping off: it would learn from real hosts' IGMP only, and the lab has no querier.
        switchNamespace.ipBatch(List.of(
                "link add " + name + " type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
                "link set " + name + " addrgenmode none",
                "link set " + name + " up"));
    }

    /** The segment's name, such as "lan". */
    public String name() {
        return name;
    }

    /** The namespace of the switch, where a capture on the segment sees every frame. */
    public Namespace switchNamespace() {
        return switchNamespace;
    }

    /** The switch's port of a host. */
    public String port(LabHost host) {
        String port = name + "-" + host.name();
        if (port.length() > MAX_DEVICE_NAME) {
            throw new LabException("device name too long: " + port);
        }
        return port;
    }

    /** Lays a cable to a host, whose end is named {@code device} and up. */
    void plug(LabHost host, String device) {
        String port = port(host);
        Commands.run("ip", "-n", switchNamespace.name(), "link", "delete", port);
        switchNamespace.ipBatch(List.of(
                "link add " + port + " type veth peer name " + device + " netns "
                        + host.namespace().name(),
                "link set " + port + " master " + name + " addrgenmode none",
                "link set " + port + " up"));
        ports.add(port);
        host.namespace().ip("link", "set", device, "up");
        if (singleCable) {
            restoreCable(host);
        }
    }

    /** Pulls the cable: the host's device loses its carrier. */
    public void cutCable(LabHost host) {
        switchNamespace.ipBatch(setPorts(host, "down"));
    }

    /** Plugs the cable in again. */
    public void restoreCable(LabHost host) {
        switchNamespace.ipBatch(setPorts(host, "up"));
    }

    /** The commands that give, or take, the carrier to a host's device, and to those that have it together with it. */
    List<String> setPorts(LabHost host, String upOrDown) {
        List<String> commands = new ArrayList<>();
        for (String port : singleCable ? ports : Set.of(port(host))) {
            commands.add("link set " + port + " " + upOrDown);
        }
        return commands;
    }
}
