// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.net.InetAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The carpdevs of a node: their links and sockets, and what follows from them for the virtual hosts. Not thread-safe. */
final class NodeLinks {
    private final NodeParts node;
    private final NodePermission permission;

    NodeLinks(NodeParts node, NodePermission permission) {
        this.node = node;
        this.permission = permission;
    }

    /** What is known of the carpdevs by the start counts from then on. */
    void onStart() {
        for (CarpdevElection carpdev : node.carpdevs.values()) {
            if (!carpdev.isPresent()) {
                node.out.add(new NodeAction.Report("carpdev " + carpdev.name() + " does not exist"));
            }
            settle(carpdev);
        }
    }

    void onCarpdev(CarpdevElection carpdev, int ifindex, boolean up) {
        carpdev.onStatus(ifindex, up, node.nowNanos);
        if (node.running) {
            settle(carpdev);
            carpdev.settleSocket();
        }
    }

    void onOpened(CarpdevElection carpdev, int ifindex) {
        carpdev.onOpened(ifindex);
        ElectedHost rehearsed = carpdev.rehearsed();
        for (HostElection host : node.hosts.values()) {
            if (host.host().carpdev().equals(carpdev.name())
                    && !host.addresses().isWanted()) {
                host.addresses().onLooked(node.nowNanos);
                if (host.host().equals(rehearsed)) {
                    node.out.add(new NodeAction.Rehearse(host.host().name()));
                }
            }
        }
        if (node.running) {
            settle(carpdev);
            carpdev.settleSocketAfterOpening();
        }
    }

    /** @param error why an advertisement or a probe was not sent; null where it was */
    void onSent(CarpdevElection carpdev, @Nullable Supplier<String> error) {
        SendErrorWatch.Change change = carpdev.onSent(error == null, node.nowNanos);
        if (change == SendErrorWatch.Change.REPAIRED) {
            node.faults.sendingRepaired(carpdev);
        } else if (change == SendErrorWatch.Change.BROKEN && error != null) {
            node.faults.sendingBroken(carpdev, error.get(), node.nowNanos);
        }
    }

    void onDeadline() {
        for (CarpdevElection carpdev : node.carpdevs.values()) {
            if (carpdev.onDeadline(node.nowNanos)) {
                settle(carpdev);
            }
        }
    }

    /** The link of a carpdev, or its socket, came or went, or is as it was. */
    private void settle(CarpdevElection carpdev) {
        boolean up = carpdev.isUp();
        if (up) {
            node.faults.linkUp(carpdev);
        }
        for (HostElection host : node.hosts.values()) {
            if (host.host().carpdev().equals(carpdev.name())) {
                // First, since a demoted node waits longer for a master. The others of the group learn of it when this
                // one is up, so that they wait for it.
                permission.apply(host);
                node.tell(host, instance -> instance.onLink(up, node.nowNanos));
            }
        }
        if (!up) {
            node.faults.linkDown(carpdev, node.nowNanos);
        }
    }

    /** A virtual address may be missing now. */
    void onAddressGone(InetAddress address) {
        for (HostElection host : node.hosts.values()) {
            if (host.host().addresses().has(address)) {
                host.addresses().onDisturbed(node.nowNanos);
            }
        }
    }

    void onMacChanged(CarpdevElection carpdev) {
        for (HostElection host : node.hosts.values()) {
            if (host.host().carpdev().equals(carpdev.name())) {
                host.takeAgain(node.nowNanos);
            }
        }
    }

    /** Faults demote by something else now. */
    void onFaultDemotions() {
        for (CarpdevElection carpdev : node.carpdevs.values()) {
            if (!carpdev.isUp()) {
                node.faults.linkDown(carpdev, node.nowNanos);
            }
        }
    }

    long nextDeadlineNanos() {
        long earliest = CarpInstance.NEVER;
        for (CarpdevElection carpdev : node.carpdevs.values()) {
            earliest = Math.min(earliest, carpdev.nextDeadlineNanos());
        }
        return earliest;
    }
}
