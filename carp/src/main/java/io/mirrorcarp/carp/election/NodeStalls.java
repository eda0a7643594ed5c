// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node that slept, or is late, reads its sockets before it acts: others may have spoken meanwhile. Not thread-safe. */
final class NodeStalls {
    private final NodeParts node;
    private final NodePermission permission;
    private final StallWatch watch = new StallWatch();
    private final LeaseTimer leases = new LeaseTimer();
    /** What waits until the sockets are read. */
    private final List<Runnable> afterReading = new ArrayList<>();

    NodeStalls(NodeParts node, NodePermission permission) {
        this.node = node;
        this.permission = permission;
    }

    /** Something comes in. */
    void onInput() {
        if (node.running && leases.isExpired(node.nowNanos)) {
            onStall(TransitionReason.STALLED, "this node stood still for longer than its peers wait");
        } else if (node.running && isLate()) {
            read();
        }
    }

    /** What came in was answered. */
    void settle() {
        leases.settle(node.hosts.values().stream().anyMatch(HostElection::holdsAddresses), node.nowNanos);
    }

    /** An advertisement for a virtual host: somebody has replaced this master while it slept. */
    void onAdvertisement(HostElection host, PeerAdvertisement advertisement) {
        if (host.instance().isOverdue(node.nowNanos) && !advertisement.isBowOut()) {
            onStall(TransitionReason.STALLED, "this node stood still for longer than its peers wait");
        } else if (host.instance().isReplacedBy(advertisement)) {
            onStall(
                    TransitionReason.REPLACED,
                    "another node has replaced this one, which was stopped with its clock or cut off");
        } else if (advertisement.place().hasMissedSome()) {
            permission.awaitJudgement();
        }
    }

    /** The addresses of a virtual host are there. It says so when it has listened, if that took long. */
    void onTaken(HostElection host, Runnable what) {
        if (!watch.isReading() && host.instance().isSlowToTake(node.nowNanos)) {
            read();
        }
        if (watch.isReading()) {
            afterReading.add(what);
        } else {
            what.run();
        }
    }

    /** Renews the leases, and does what is due first, of one virtual host. */
    void onDeadline() {
        if (leases.takeDue(node.nowNanos)) {
            node.out.add(new NodeAction.RenewLeases());
        }
    }

    void onHostDeadline() {
        HostElection host = firstDue();
        if (host == null) {
            return;
        }
        boolean first = host.instance().isWaiting() || host.instance().isOverdue(node.nowNanos);
        if (watch.mustRead(host.nextDeadlineNanos(), first, node.nowNanos)) {
            read();
        } else {
            host.onDeadline(node.nowNanos);
        }
    }

    private @Nullable HostElection firstDue() {
        for (HostElection host : node.hosts.values()) {
            if (node.nowNanos >= host.nextDeadlineNanos() && !watch.isReading()) {
                return host;
            }
        }
        return null;
    }

    /** Whether something is so late that others may have spoken meanwhile. */
    private boolean isLate() {
        for (HostElection host : node.hosts.values()) {
            long dueNanos = host.nextDeadlineNanos();
            if (node.nowNanos >= dueNanos && !watch.isReading() && watch.mustRead(dueNanos, false, node.nowNanos)) {
                return true;
            }
        }
        return false;
    }

    private void read() {
        watch.begin();
        node.hosts.values().forEach(host -> host.instance().onReading(true));
        node.out.add(new NodeAction.ReadSockets());
    }

    void onSocketsRead() {
        watch.end(node.nowNanos);
        node.hosts.values().forEach(host -> host.instance().onReading(false));
        List<Runnable> waiting = List.copyOf(afterReading);
        afterReading.clear();
        waiting.forEach(Runnable::run);
    }

    /**
     * This process slept for longer than its peers wait for it, or the leases of its addresses last. It is as one that has just been started: backup until it has listened, and it displaces nobody
     * until its states are judged anew. It says nothing meanwhile.
     */
    private void onStall(TransitionReason reason, String what) {
        node.out.add(new NodeAction.Report(what + ": it is backup until it has heard them"));
        node.tellAll(instance -> instance.onStall(reason, node.nowNanos));
        permission.awaitJudgement();
        if (!watch.isReading()) {
            read();
        }
    }

    long nextDeadlineNanos() {
        long earliest = leases.nextDeadlineNanos();
        for (HostElection host : node.hosts.values()) {
            earliest = Math.min(earliest, host.upAtNanos());
            earliest = watch.isReading() ? earliest : Math.min(earliest, host.nextDeadlineNanos());
        }
        return earliest;
    }
}
