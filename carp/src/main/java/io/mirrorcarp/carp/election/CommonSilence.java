// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Virtual hosts of one group, with advbase 0, whose one master has fallen silent on every segment of the group.
 *
 * <p>The backup's own skew is part of its master-down time. It orders several backups, and lets a third advertisement be late. Here neither is needed: the master is a peer by its own sealed word,
 * and the only one, so that no other node of this program follows it; and it is missed on two segments or more at once. So where the skew adds a quarter of an interval at most, the addresses are taken in
 * the last eighth of three of the master's intervals after the oldest of the last advertisements, when two more are missing of each of the others, a quarter of an interval late. Until they are announced a word of the master undoes it. With an advbase of 1 or more
 * {@link CarpInstance#onPeerSilent} does more. Not thread-safe.
 */
final class CommonSilence {
    /** Three intervals but for an eighth, in which the addresses are taken. */
    private static final int EIGHTHS_OF_OLDEST = 23;

    private static final int EIGHTHS_OF_EACH = 18;

    private final NodeParts node;
    private Set<KnownMaster> masters = Set.of();

    CommonSilence(NodeParts node) {
        this.node = node;
    }

    /** What the only peer is master of. A master that is not among these may be followed by others. */
    void onOnlyPeer(Set<KnownMaster> known) {
        masters = Set.copyOf(known);
        for (HostElection host : node.hosts.values()) {
            host.followAlone(host.followsAlone() && host.hearsOnly(masters, node.nowNanos));
        }
    }

    /** An advertisement was heard. Whether this node alone follows its master is asked now, since a silent master is not remembered for long. */
    void onAdvertisement(HostElection host) {
        boolean belowSeconds = host.instance().settings().rules().isBelowSeconds();
        host.followAlone(belowSeconds && host.hearsOnly(masters, node.nowNanos));
    }

    /** Has the virtual hosts of a group whose time has come wait no longer. */
    void onDeadline() {
        groups().forEach((name, group) -> {
            if (node.nowNanos >= group.deadlineNanos()) {
                node.hosts.values().stream()
                        .filter(host -> host.host().group().equals(name))
                        .forEach(host -> node.tell(host, instance -> instance.onPeerDied(node.nowNanos)));
            }
        });
    }

    /** When {@link #onDeadline} is next wanted, or {@link CarpInstance#NEVER}. */
    long nextDeadlineNanos() {
        long earliest = CarpInstance.NEVER;
        for (Group group : groups().values()) {
            earliest = Math.min(earliest, group.deadlineNanos());
        }
        return earliest;
    }

    private Map<String, Group> groups() {
        Collection<HostElection> hosts = node.hosts.values();
        if (hosts.stream().noneMatch(HostElection::followsAlone)) {
            return Map.of();
        }
        Map<String, Group> groups = new HashMap<>();
        hosts.forEach(host ->
                groups.computeIfAbsent(host.host().group(), name -> new Group()).add(host));
        return groups;
    }

    private static final class Group {
        private String carpdev = "";
        private boolean severalSegments;
        private long oldestNanos = CarpInstance.NEVER;
        private long eachNanos;

        void add(HostElection host) {
            String its = host.host().carpdev();
            severalSegments |= !carpdev.isEmpty() && !carpdev.equals(its);
            carpdev = its;
            oldestNanos = Math.min(oldestNanos, silentAtNanos(host, EIGHTHS_OF_OLDEST));
            eachNanos = Math.max(eachNanos, silentAtNanos(host, EIGHTHS_OF_EACH));
        }

        private static long silentAtNanos(HostElection host, int eighths) {
            return host.followsAlone() ? host.instance().silentAtNanos(eighths) : CarpInstance.NEVER;
        }

        long deadlineNanos() {
            return severalSegments ? Math.max(oldestNanos, eachNanos) : CarpInstance.NEVER;
        }
    }
}
