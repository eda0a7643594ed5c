// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the election of a node knows of one carpdev: whether it can carry advertisements, and whether sending on it works. It wants its socket opened, and opened again when
 * the interface was replaced or the last attempt failed. Not thread-safe.
 */
final class CarpdevElection {
    static final long RETRY_NANOS = 1_000_000_000;
    private static final int NO_SOCKET = -1;

    private final String name;
    private final LinkDelay link = LinkDelay.downAtFirst();
    private List<ElectedHost> hosts = List.of();
    private Set<String> groups = Set.of();
    private final SendErrorWatch watch = new SendErrorWatch();
    private final List<NodeAction> out;
    private int ifindex;
    private int socketIfindex = NO_SOCKET;
    private boolean opening;
    private long openAtNanos = CarpInstance.NEVER;

    CarpdevElection(String name, List<ElectedHost> hosts, List<NodeAction> out) {
        this.name = name;
        this.out = out;
        setHosts(hosts);
    }

    /** Its virtual hosts are these from now on. */
    void setHosts(List<ElectedHost> changed) {
        hosts = List.copyOf(changed);
        groups = groups(hosts);
        link.setDelays(longest(ElectedHost::upDelayNanos), longest(ElectedHost::downDelayNanos));
    }

    /** Whether no virtual host is on it. */
    boolean isUnused() {
        return hosts.isEmpty();
    }

    private long longest(ToLongFunction<ElectedHost> delay) {
        return hosts.stream().mapToLong(delay).max().orElse(0);
    }

    private static Set<String> groups(Collection<ElectedHost> hosts) {
        Set<String> groups = new TreeSet<>();
        hosts.forEach(host -> groups.add(host.namedGroup()));
        return groups.contains("") ? Set.of("") : groups;
    }

    String name() {
        return name;
    }

    /** Whom a fault of the device demotes: the groups of its virtual hosts, or the node, which is the empty one, when one has none. */
    Set<String> groups() {
        return groups;
    }

    /** The virtual host with which a takeover on it is tried, or null. */
    @Nullable
    ElectedHost rehearsed() {
        return hosts.stream().filter(ElectedHost::rehearsed).findFirst().orElse(null);
    }

    boolean isPresent() {
        return ifindex != 0;
    }

    /** Whether it can carry advertisements: it has its link, as its delays have it, and the socket is on the interface that now has the name. */
    boolean isUp() {
        return link.isUp() && hasSocket();
    }

    private boolean hasSocket() {
        return isPresent() && socketIfindex == ifindex;
    }

    /** The interface of this name is now this one, and up or not; 0 where there is none. */
    void onStatus(int nowIfindex, boolean up, long nowNanos) {
        ifindex = nowIfindex;
        if (isPresent()) {
            link.onLink(up, nowNanos);
        } else {
            link.onGone();
        }
    }

    /** Wants the socket on the interface that now has the name, or none. */
    void settleSocket() {
        if (!isPresent()) {
            socketIfindex = NO_SOCKET;
            out.add(new NodeAction.CloseSocket(name));
        } else if (!hasSocket() && !opening) {
            opening = true;
            socketIfindex = NO_SOCKET;
            openAtNanos = CarpInstance.NEVER;
            out.add(new NodeAction.OpenSocket(name));
        }
    }

    /** The interface may have been replaced while its socket was being opened. */
    void settleSocketAfterOpening() {
        if (!hasSocket()) {
            settleSocket();
        }
    }

    void onOpened(int openedIfindex) {
        opening = false;
        socketIfindex = openedIfindex;
    }

    void onOpenFailed(long nowNanos) {
        opening = false;
        openAtNanos = nowNanos + RETRY_NANOS;
    }

    SendErrorWatch.Change onSent(boolean sent, long nowNanos) {
        return watch.onResult(sent, nowNanos);
    }

    /**
     * While sending is broken and nothing is sent, tries whether it works again; and opens a socket that failed to open.
     *
     * @return whether the link counts otherwise than before
     */
    boolean onDeadline(long nowNanos) {
        boolean changed = link.onDeadline(nowNanos);
        if (nowNanos >= openAtNanos) {
            openAtNanos = CarpInstance.NEVER;
            settleSocket();
        }
        if (watch.onDeadline(nowNanos)) {
            out.add(new NodeAction.SendProbe(name));
        }
        return changed;
    }

    long nextDeadlineNanos() {
        return Math.min(openAtNanos, Math.min(link.nextDeadlineNanos(), watch.nextDeadlineNanos()));
    }
}
