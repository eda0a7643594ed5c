// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Which virtual hosts a node has: they come, go, and become others while it runs. Not thread-safe. */
final class NodeMembership {
    private static final String NO_HOST_OF_GROUP = "no virtual host of it is on the carpdev";

    private final NodeParts node;
    private final NodePermission permission;
    private final HostElection.Group group;
    private final RandomGenerator random;

    NodeMembership(NodeParts node, NodePermission permission, HostElection.Group group, RandomGenerator random) {
        this.node = node;
        this.permission = permission;
        this.group = group;
        this.random = random;
    }

    /** Before the start. */
    void begin(List<ElectedHost> hosts) {
        for (ElectedHost host : hosts) {
            make(host, new AdvertTurn(node.hosts.size(), hosts.size()));
        }
        node.carpdevs.values().forEach(carpdev -> carpdev.setHosts(on(carpdev)));
    }

    private HostElection make(ElectedHost host, AdvertTurn turn) {
        HostElection made = new HostElection(host, random, turn, node.out, group);
        node.hosts.put(host.name(), made);
        node.carpdevs.computeIfAbsent(host.carpdev(), name -> new CarpdevElection(name, List.of(), node.out));
        return made;
    }

    private List<ElectedHost> on(CarpdevElection carpdev) {
        return node.hosts.values().stream()
                .map(HostElection::host)
                .filter(host -> host.carpdev().equals(carpdev.name()))
                .toList();
    }

    void add(ElectedHost added) {
        HostElection host = make(added, new AdvertTurn(node.hosts.size(), node.hosts.size() + 1));
        CarpdevElection carpdev = node.carpdev(added.carpdev());
        regroup(carpdev);
        permission.apply(host);
        node.tell(host, instance -> instance.onAllow(node.allow, node.nowNanos));
        node.tell(host, instance -> instance.onLink(carpdev.isUp(), node.nowNanos));
        node.tell(host, instance -> instance.onStart(node.nowNanos));
        if (node.servicesReady) {
            node.tell(host, instance -> instance.onServicesReady(node.nowNanos));
        }
    }

    void remove(HostElection host) {
        host.depart();
        node.tell(host, instance -> instance.onShutdown(node.nowNanos));
    }

    void change(HostElection host, ElectedHost changed) {
        ElectedHost before = host.host();
        host.change(changed);
        regroup(node.carpdev(changed.carpdev()));
        if (!before.settings().equals(changed.settings())) {
            CarpSettings settings = changed.settings().withPreempt(node.preempt);
            node.tell(host, instance -> instance.onSettings(settings, node.nowNanos));
        }
        permission.apply(host);
        if (before.addresses().digest() != changed.addresses().digest()
                && host.addresses().isWanted()) {
            host.take(node.nowNanos);
        }
    }

    /** The virtual hosts of a carpdev are others now: its faults demote the groups that these are in. */
    private void regroup(CarpdevElection carpdev) {
        Set<String> before = carpdev.groups();
        carpdev.setHosts(on(carpdev));
        for (String left : before) {
            if (!carpdev.groups().contains(left)) {
                node.demotion.clear(DemotionSource.LINK, carpdev.name(), left, NO_HOST_OF_GROUP);
                node.demotion.clear(DemotionSource.SEND_ERRORS, carpdev.name(), left, NO_HOST_OF_GROUP);
            }
        }
        if (node.running && !carpdev.isUp()) {
            node.faults.linkDown(carpdev, node.nowNanos);
        }
    }

    /** One that went is not known any longer, nor its carpdev where it was the last one there. */
    void forget(HostElection host) {
        String name = host.host().name();
        node.hosts.remove(name);
        node.faults.able(host.host(), "the virtual host is gone");
        node.demotion.clear(DemotionSource.VHID, name, host.host().group(), "the virtual host is gone");
        CarpdevElection carpdev = node.carpdev(host.host().carpdev());
        regroup(carpdev);
        if (carpdev.isUnused()) {
            node.carpdevs.remove(carpdev.name());
            node.out.add(new NodeAction.CloseSocket(carpdev.name()));
        }
    }

    /** Tells of those that were to go and have let their addresses go. */
    void tellDeparted() {
        for (HostElection host : node.hosts.values()) {
            if (host.takeDeparted()) {
                node.out.add(new NodeAction.HostGone(host.host().name()));
            }
        }
    }
}
