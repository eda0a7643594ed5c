// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What the rules of a node have in common: its virtual hosts, its carpdevs, its demotion, the actions so far, and the time of the input that is being answered. Not thread-safe. */
final class NodeParts {
    final List<NodeAction> out = new ArrayList<>();
    final NodeDemotion demotion = new NodeDemotion(out);
    final Map<String, HostElection> hosts = new LinkedHashMap<>();
    final Map<String, CarpdevElection> carpdevs = new LinkedHashMap<>();
    final NodeFaults faults;
    boolean allow;
    boolean preempt;
    boolean servicesReady;
    boolean running;
    long nowNanos;

    NodeParts(NodeSettings settings) {
        faults = new NodeFaults(settings, demotion);
        allow = settings.allow();
        preempt = settings.preempt();
    }

    HostElection host(String name) {
        HostElection host = hosts.get(name);
        if (host == null) {
            throw new IllegalArgumentException("no virtual host " + name);
        }
        return host;
    }

    CarpdevElection carpdev(String name) {
        CarpdevElection carpdev = carpdevs.get(name);
        if (carpdev == null) {
            throw new IllegalArgumentException("no carpdev " + name);
        }
        return carpdev;
    }

    /** Tells one virtual host, and carries out what it wants. */
    void tell(HostElection host, Function<CarpInstance, List<CarpAction>> what) {
        host.perform(what.apply(host.instance()), nowNanos);
    }

    void tellAll(Function<CarpInstance, List<CarpAction>> what) {
        hosts.values().forEach(host -> tell(host, what));
    }
}
