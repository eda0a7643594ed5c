// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How the virtual hosts of a group move together: a way out through one node and back through another would break most connections. Not thread-safe. */
final class NodeGroups implements HostElection.Group {
    private final NodeParts node;
    private final NodePermission permission;

    NodeGroups(NodeParts node, NodePermission permission) {
        this.node = node;
        this.permission = permission;
    }

    /** What one virtual host misses the others of its group need not miss for as long: a node that died mostly had them all. */
    @Override
    public void onMasterSilent(HostElection silent) {
        others(silent).forEach(host -> node.tell(host, instance -> instance.onPeerDied(node.nowNanos)));
    }

    /** With preempt what one virtual host has heard of its master is enough for the others, which mostly have the same one. */
    @Override
    public void onMasterDisplaced(HostElection displacing) {
        if (node.preempt) {
            others(displacing).forEach(host -> node.tell(host, instance -> instance.onMasterDisplaced(node.nowNanos)));
        }
    }

    /** A node that has just started hears the masters of a group one after the other. It waits for the last of them, who may also turn out to be absent. */
    void gather() {
        Map<String, Integer> unheard = new HashMap<>();
        for (HostElection host : node.hosts.values()) {
            if (node.preempt && host.instance().isUnheard()) {
                unheard.merge(host.host().group(), 1, Integer::sum);
            }
        }
        for (HostElection host : node.hosts.values()) {
            int own = node.preempt && host.instance().isUnheard() ? 1 : 0;
            boolean gathers = unheard.getOrDefault(host.host().group(), 0) > own;
            if (host.gather(gathers)) {
                node.tell(host, instance -> instance.onGathering(gathers, node.nowNanos));
            }
        }
    }

    private List<HostElection> others(HostElection one) {
        return node.hosts.values().stream()
                .filter(host -> host != one && isWith(host, one))
                .toList();
    }

    private static boolean isWith(HostElection host, HostElection other) {
        return host.host().isWith(other.host());
    }

    /**
     * A virtual host is nudged by hand, and with preempt the others of its group.
     *
     * @param alone whether the others stay where they are
     */
    void nudge(HostElection host, Nudge nudge, boolean alone, long upAtNanos) {
        boolean together = node.preempt && !alone;
        switch (nudge) {
            case UP -> up(host);
            case DOWN -> {
                host.nudge(nudge, upAtNanos, node.nowNanos);
                if (together && !others(host).isEmpty()) {
                    node.demotion.raise(DemotionSource.down(host.host(), node.nowNanos));
                }
            }
            case MASTER, BACKUP ->
                node.hosts.values().stream()
                        .filter(other -> other == host || (together && isWith(host, other)))
                        .forEach(other -> other.nudge(nudge, upAtNanos, node.nowNanos));
        }
    }

    /** Those that were taken down for a time come up when it is over. */
    void onDeadline() {
        for (HostElection host : node.hosts.values()) {
            if (node.nowNanos >= host.upAtNanos()) {
                up(host);
            }
        }
    }

    private void up(HostElection host) {
        String name = host.host().name();
        node.demotion.clear(DemotionSource.VHID, name, host.host().group(), name + " is up");
        permission.applyChanges();
        host.nudge(Nudge.UP, CarpInstance.NEVER, node.nowNanos);
    }
}
