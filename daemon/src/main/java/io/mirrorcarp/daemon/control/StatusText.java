// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.daemon.control.Status.Balancing;
import io.mirrorcarp.daemon.control.Status.Bulk;
import io.mirrorcarp.daemon.control.Status.CarpPeer;
import io.mirrorcarp.daemon.control.Status.CarpState;
import io.mirrorcarp.daemon.control.Status.Conntrack;
import io.mirrorcarp.daemon.control.Status.DemotionSource;
import io.mirrorcarp.daemon.control.Status.Pfsync;
import io.mirrorcarp.daemon.control.Status.PfsyncPeer;
import io.mirrorcarp.daemon.control.Status.PfsyncState;
import io.mirrorcarp.daemon.control.Status.SyncPath;
import io.mirrorcarp.daemon.control.Status.Uncarried;
import io.mirrorcarp.daemon.control.Status.VirtualHost;
import io.mirrorcarp.daemon.control.Status.Vrrp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Renders a status for one screen. Each line of trouble says what it is, since when, and what ends it. */
public final class StatusText {
    /** Above this share the kernel's table is worth a warning, in percent. */
    private static final long FULL_PERCENT = 80;

    private static final int MOST_FINDINGS = 3;

    private static final String WARNING = "warning:";

    private final Status status;
    private final Look look;
    private final StringBuilder text = new StringBuilder();

    private StatusText(Status status, Look look) {
        this.status = status;
        this.look = look;
    }

    /** The whole, in lines. */
    public static String render(Status status) {
        return render(status, Look.PLAIN);
    }

    static String render(Status status, Look look) {
        StatusText rendering = new StatusText(status, look);
        rendering.head();
        rendering.demotion();
        rendering.virtualHosts();
        rendering.pfsync(status.pfsync());
        rendering.states(status.conntrack());
        rendering.findings();
        return rendering.text.toString();
    }

    private void head() {
        line(status.node() + "  " + roles() + "   up " + Ages.text(status.uptimeSeconds()) + peers());
        String ready = status.failoverReady()
                ? look.good("yes") + losses()
                : look.bad("NO") + " - " + String.join("; ", status.failoverBlockedBy());
        String maintenance = "maintenance " + (status.maintenance() ? "on" : "off");
        line("Failover ready: " + ready + "   suppress_preempt " + status.suppressPreempt() + "   " + maintenance);
    }

    /** What ends with a failover although the node is ready for it: no waiting helps. */
    private String losses() {
        List<Uncarried> lost = status.conntrack().uncarried();
        return lost.isEmpty() ? "" : " - but " + flows(lost) + " would end";
    }

    private static String flows(List<Uncarried> uncarried) {
        return uncarried.stream().map(Uncarried::toString).collect(Collectors.joining(", "));
    }

    /** {@code MASTER 2/2}: how many virtual hosts are in the state that the node leads with. */
    private String roles() {
        CarpState leading = status.vhids().stream()
                .map(VirtualHost::state)
                .max(Comparator.naturalOrder())
                .orElse(CarpState.INIT);
        long there =
                status.vhids().stream().filter(host -> host.state() == leading).count();
        return status.vhids().isEmpty()
                ? "no vhid"
                : leading + " " + there + "/" + status.vhids().size();
    }

    private String peers() {
        return status.pfsync().peers().stream()
                .map(peer -> "   peer " + peer.node() + " " + peer.address() + " seen "
                        + Ages.text(peer.lastSeenSeconds()) + " ago")
                .collect(Collectors.joining());
    }

    private void demotion() {
        line("demotion " + status.demotion() + (status.demotionSources().isEmpty() ? "" : ":"));
        for (DemotionSource source : status.demotionSources()) {
            line(String.format(
                    Locale.ROOT,
                    "  %+d  %s%s  since %s  %s  (%s)",
                    source.value(),
                    source.source(),
                    source.group().isEmpty() ? "" : "  group " + source.group(),
                    Ages.text(source.sinceSeconds()),
                    source.reason(),
                    end(source)));
        }
    }

    private static String end(DemotionSource source) {
        Double expires = source.expiresInSeconds();
        String latest = expires == null ? "" : ", in " + Ages.text(expires) + " at the latest";
        return switch (source.source()) {
            case "link" -> "ends when the link is back" + latest;
            case "send-errors" -> "ends when advertisements can be sent again" + latest;
            case "addresses" -> "tried again each second" + latest;
            case "allow" -> "ends with carpctl sysctl allow=1" + latest;
            case "pfsync-bulk" -> "ends when the bulk update is done" + latest;
            case "forwarding" -> "ends when this node forwards what its peers do" + latest;
            case "pfsync-link" -> "ends when the peer answers on the sync device" + latest;
            case "admin" ->
                "ends with carpctl demote --reset" + (source.group().isEmpty() ? "" : " --group " + source.group())
                        + latest;
            case "failover" ->
                "ends when the peer fails, is demoted or hands back, or with carpctl demote --reset" + latest;
            case "maintenance" -> "ends with carpctl maintenance off" + latest;
            default -> "ends when it is well again" + latest;
        };
    }

    private void virtualHosts() {
        if (status.vhids().isEmpty()) {
            return;
        }
        TextTable table = new TextTable(
                Set.of("VHID", "SKEW", "CHANGES"),
                "NAME",
                "VHID",
                "CARPDEV",
                "STATE",
                "SKEW",
                "SINCE",
                "CHANGES",
                "ADDRESS",
                "PEER");
        for (VirtualHost host : status.vhids()) {
            table.row(
                    host.name(),
                    Integer.toString(host.vhid()),
                    host.carpdev(),
                    state(host.state()),
                    fitness(host),
                    Ages.text(host.sinceSeconds()),
                    Long.toString(host.transitions()),
                    String.join(" ", host.addresses()),
                    host.peers().stream().map(StatusText::peer).collect(Collectors.joining(", ")));
        }
        text.append('\n').append(table.text(look));
        balancing();
        status.vhids().stream()
                .filter(host -> host.state() == CarpState.INIT)
                .forEach(host -> line("warning: " + host.name() + " takes no part since "
                        + Ages.text(host.sinceSeconds()) + ": " + host.reason() + comesUp(host)));
        status.vhids().stream()
                .map(VirtualHost::heldOffSeconds)
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .ifPresent(seconds -> line("warning: waits for its services before it becomes master, until carpctl"
                        + " ready, or for " + Ages.text(seconds) + " more"));
    }

    /** By carpdev and addresses, which the carpnodes share: how many of their slots this node keeps. */
    private void balancing() {
        Map<String, List<VirtualHost>> shared = new LinkedHashMap<>();
        status.vhids().stream()
                .filter(host -> host.balancing() != null)
                .forEach(host -> shared.computeIfAbsent(
                                host.carpdev() + " " + String.join(" ", host.addresses()), key -> new ArrayList<>())
                        .add(host));
        for (List<VirtualHost> nodes : shared.values()) {
            Balancing of = Objects.requireNonNull(nodes.get(0).balancing());
            String kept = nodes.stream()
                    .filter(host -> host.state() == CarpState.MASTER)
                    .map(VirtualHost::name)
                    .collect(Collectors.joining(", "));
            line("balancing " + of.mode() + " on " + nodes.get(0).carpdev() + ": this node keeps "
                    + (kept.isEmpty() ? "no packets" : "the packets of " + kept) + ", of " + of.slots() + " slots");
        }
    }

    /** advskew, or with VRRP the priority; and behind it what a demotion makes of it. */
    private static String fitness(VirtualHost host) {
        Vrrp vrrp = host.vrrp();
        String name = vrrp == null ? "" : "prio ";
        int own = vrrp == null ? host.advskew() : vrrp.priority();
        int advertised = vrrp == null ? host.advertisedAdvskew() : vrrp.advertisedPriority();
        return name + own + (advertised == own ? "" : ">" + advertised);
    }

    private String state(CarpState state) {
        return switch (state) {
            case MASTER -> look.good(state.toString());
            case BACKUP -> state.toString();
            case INIT -> look.bad(state.toString());
        };
    }

    private static String comesUp(VirtualHost host) {
        Double upIn = host.upInSeconds();
        return upIn == null ? "" : ", comes up in " + Ages.text(upIn);
    }

    private static String peer(CarpPeer peer) {
        String fitness = peer.priority() == null ? " skew " + peer.advskew() : " prio " + peer.priority();
        return peer.address() + fitness + " seen " + Ages.text(peer.lastSeenSeconds()) + " ago";
    }

    private void pfsync(Pfsync pfsync) {
        text.append('\n');
        if (pfsync.state() == PfsyncState.OFF) {
            line("pfsync  off: connections do not survive a failover; add [pfsync] to the configuration");
            return;
        }
        String bulk = pfsync.bulk().running() ? "   " + bulk(pfsync.bulk()) : "";
        line("pfsync  " + pfsync.state().text() + "   " + pfsync.syncdev() + bulk);
        if (pfsync.paths().size() > 1) {
            line("  paths  " + pfsync.paths().stream().map(StatusText::path).collect(Collectors.joining(", ")));
        }
        for (PfsyncPeer peer : pfsync.peers()) {
            line(String.format(
                    Locale.ROOT,
                    "  %s  %s  %s  %s%d entries%s%s",
                    peer.node(),
                    peer.address(),
                    peer.state().text(),
                    lag(peer),
                    peer.entries(),
                    peer.digestMatches() ? "" : ", not equal to ours",
                    peer.pathMtu() == 0 ? "" : "  path MTU " + peer.pathMtu()));
        }
        for (PfsyncPeer peer : pfsync.peers()) {
            Integer differences = peer.configDifferences();
            if (differences != null && differences > 0) {
                line("warning: " + differences + (differences == 1 ? " setting differs" : " settings differ") + " from "
                        + peer.node() + ": carpctl config diff --peer");
            }
        }
        pfsync.faults().forEach(fault -> line("warning: " + fault(fault)));
        if (pfsync.state() == PfsyncState.LAGGING) {
            line("warning: the peer is behind: a failover now would lose the latest changes");
        }
        if (pfsync.degraded() != null) {
            line("warning: " + degraded(pfsync));
        }
    }

    /** How far a peer is behind that may still catch up. */
    private static String lag(PfsyncPeer peer) {
        if (peer.state() == PfsyncState.LOST) {
            return "";
        }
        return peer.idle() ? "idle  " : String.format(Locale.ROOT, "lag %.0f ms  ", peer.lagMillis());
    }

    private static String path(SyncPath path) {
        String standing = path.inUse() ? " in use" : path.fault().isEmpty() ? " spare" : "";
        return path.device() + standing + (path.fault().isEmpty() ? "" : " (" + path.fault() + ")");
    }

    private static String bulk(Bulk bulk) {
        String percent = bulk.expected() == 0 ? "" : " " + 100 * bulk.received() / bulk.expected() + " %";
        return "bulk update" + percent + " (" + bulk.received() + " of " + bulk.expected() + ")";
    }

    private static String degraded(Pfsync pfsync) {
        return "degraded: " + pfsync.degraded() + "; carpctl pfsync bulk asks the peer again";
    }

    private static String fault(LinkFault fault) {
        return fault.text() + ": " + fault.todo();
    }

    private void states(Conntrack conntrack) {
        long percent = conntrack.limit() == 0 ? 0 : 100 * conntrack.entries() / conntrack.limit();
        line("conntrack  " + conntrack.entries() + " entries, " + percent + " % of " + conntrack.limit());
        if (!conntrack.uncarried().isEmpty()) {
            line("  end with a failover: " + flows(conntrack.uncarried()));
        }
        if (conntrack.offloaded() > 0) {
            line("  in a flowtable: " + conntrack.offloaded()
                    + ", which the peer has as established, with an hour to live");
        }
        if (percent >= FULL_PERCENT) {
            line(
                    "warning: the table is nearly full, then connections are refused: raise net.netfilter.nf_conntrack_max");
        }
    }

    /** The doctor's short form: what it found, and not what to do. */
    private void findings() {
        List<Status.Finding> all = status.findings();
        all.stream().limit(MOST_FINDINGS).forEach(finding -> line(WARNING + " " + finding.text()));
        if (!all.isEmpty()) {
            String more = all.size() > MOST_FINDINGS ? "there is more: " : "";
            line("         " + more + "carpctl doctor tells what to do");
        }
    }

    private void line(String line) {
        boolean warning = line.startsWith(WARNING);
        String shown = warning ? look.warning(WARNING) + line.substring(WARNING.length()) : line;
        text.append(look.fit(shown.stripTrailing())).append('\n');
    }
}
