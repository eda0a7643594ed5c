// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.metrics;

import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.Rejection;
import io.mirrorcarp.conntrack.io.ConntrackCounter;
import io.mirrorcarp.counter.Counter;
import io.mirrorcarp.daemon.control.Stats;
import io.mirrorcarp.daemon.control.Status;
import io.mirrorcarp.daemon.web.WebCounter;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code /metrics} shows: a state is a value, never a label. Pure: made of one status, the counters and the changes of state. */
final class MetricsPage {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final Pattern DISCARDED = Pattern.compile("(?:bad|short)[A-Z].*|replayed|stale");
    private static final Pattern MESSAGES = Pattern.compile("(.+?)(In|Out)");
    private static final Set<CarpCounter> REJECTIONS = rejections();

    private final MetricFamilies families = new MetricFamilies();

    private MetricsPage() {}

    static MetricSnapshots of(Status status, Stats stats, Measures measures) {
        MetricsPage page = new MetricsPage();
        page.elections(status, measures.transitions().values());
        page.times(measures);
        page.replication(status.pfsync());
        page.families.gauge(
                "conntrack_entries",
                "entries of the kernel's table",
                Labels.EMPTY,
                status.conntrack().entries());
        page.families.gauge(
                "conntrack_limit",
                "entries that the kernel's table has room for",
                Labels.EMPTY,
                status.conntrack().limit());
        page.carp(stats.carp());
        stats.carpdevs().forEach(page::discards);
        page.pfsync(stats.pfsync());
        page.conntrack(stats.conntrack());
        measures.web().values().forEach(page::web);
        return page.families.snapshots();
    }

    private void elections(Status status, Map<TransitionCounts.Transition, Long> transitions) {
        for (Status.VirtualHost host : status.vhids()) {
            Labels labels =
                    Labels.of("name", host.name(), "vhid", Integer.toString(host.vhid()), "carpdev", host.carpdev());
            families.gauge("carp_state", "0 init, 1 backup, 2 master", labels, number(host.state()));
            families.counter(
                    "carp_dual_master", "times that another node was master as well", labels, host.dualMasters());
            families.gauge("carp_advskew", "the advskew that is advertised", labels, host.advertisedAdvskew());
            families.counter(
                    "carp_forgeries",
                    "known advertisements that somebody sent again with other values",
                    labels,
                    host.auth().forgeries());
            protocolOf(host, labels);
        }
        transitions.forEach((transition, count) -> families.counter(
                "carp_transitions",
                "changes of state by the state after them and the reason",
                Labels.of(
                        "name", transition.name(),
                        "vhid", Integer.toString(transition.vhid()),
                        "carpdev", transition.carpdev(),
                        "to", transition.to(),
                        "reason", transition.reason()),
                count));
        families.gauge("carp_demotion", "the sum of the demotion sources", Labels.EMPTY, status.demotion());
        families.gauge(
                "carp_suppress_preempt",
                "reasons that keep this node from preempting",
                Labels.EMPTY,
                status.suppressPreempt());
        families.gauge(
                "carp_maintenance", "1 while the node is in maintenance", Labels.EMPTY, status.maintenance() ? 1 : 0);
        families.gauge(
                "carp_failover_ready",
                "1 when the peer could take over now without losing a connection",
                Labels.EMPTY,
                status.failoverReady() ? 1 : 0);
        Map<String, Integer> sources = new HashMap<>();
        status.demotionSources().forEach(source -> sources.merge(source.source(), source.value(), Integer::sum));
        sources.forEach((source, value) -> families.gauge(
                "carp_demotion_source", "what each source adds to the demotion", Labels.of("source", source), value));
    }

    /** What only some have. */
    private void protocolOf(Status.VirtualHost host, Labels labels) {
        Status.Vrrp vrrp = host.vrrp();
        if (vrrp != null) {
            families.gauge("carp_vrrp_priority", "the priority that is advertised", labels, vrrp.advertisedPriority());
        }
        Status.Balancing balancing = host.balancing();
        if (balancing != null) {
            families.gauge(
                    "carp_balancing_slot",
                    "whose packets the master keeps: those whose addresses give this number",
                    labels,
                    balancing.slot());
            families.gauge(
                    "carp_balancing_slots", "among how many the packets are shared out", labels, balancing.slots());
        }
    }

    private void times(Measures measures) {
        families.histogram(
                "carp_takeover_seconds",
                "from the last advertisement of the master before to the announcement of the addresses",
                Labels.EMPTY,
                measures.takeovers());
        families.histogram(
                "carp_advertisement_lateness_seconds",
                "how long after its time an advertisement had left",
                Labels.EMPTY,
                measures.lateness());
        families.histogram(
                "pfsync_acknowledgement_seconds",
                "how far the peers' acknowledgements were behind what was sent, looked at each second",
                Labels.EMPTY,
                measures.acknowledgements());
        measures.loops()
                .forEach((loop, lag) -> families.histogram(
                        "carpd_event_loop_lag_seconds",
                        "how long an event loop let one wait, tried at each scrape",
                        Labels.of("loop", loop),
                        lag));
        measures.lastBulkNanos()
                .ifPresent(nanos -> families.gauge(
                        "pfsync_bulk_duration_seconds",
                        "how long the last bulk update took",
                        Labels.EMPTY,
                        nanos / NANOS_PER_SECOND));
    }

    private void discards(String carpdev, Map<CarpCounter, Long> reasons) {
        reasons.forEach((counter, count) -> families.counter(
                "carp_packets_discarded",
                "packets discarded, by the carpdev and the reason",
                Labels.of("carpdev", carpdev, "reason", snake(counter.label())),
                count));
    }

    private static int number(Status.CarpState state) {
        return switch (state) {
            case INIT -> 0;
            case BACKUP -> 1;
            case MASTER -> 2;
        };
    }

    private void replication(Status.Pfsync pfsync) {
        if (pfsync.state() == Status.PfsyncState.OFF) {
            return;
        }
        families.gauge(
                "pfsync_in_sync",
                "1 while this node and every peer hold the same states",
                Labels.EMPTY,
                pfsync.state() == Status.PfsyncState.IN_SYNC ? 1 : 0);
        for (Status.PfsyncPeer peer : pfsync.peers()) {
            Labels labels = Labels.of("node", peer.node());
            families.gauge(
                    "pfsync_lag_seconds",
                    "how far the peer's acknowledgements are behind what was sent to it",
                    labels,
                    peer.lagMillis() / 1000);
            Integer differences = peer.configDifferences();
            if (differences != null) {
                families.gauge(
                        "carpd_config_peer_match",
                        "1 while the peer has the settings of this node that matter",
                        labels,
                        differences == 0 ? 1 : 0);
            }
            families.gauge("pfsync_peer_entries", "entries of the peer's table", labels, peer.entries());
            families.gauge("pfsync_path_mtu_bytes", "MTU of the way to the peer", labels, peer.pathMtu());
            families.gauge("pfsync_peer_last_seen_seconds", "since the peer was heard", labels, peer.lastSeenSeconds());
        }
        for (Status.SyncPath path : pfsync.paths()) {
            families.gauge(
                    "pfsync_path_up",
                    "1 while the sync path can carry states to every peer that it leads to",
                    Labels.of("syncdev", path.device()),
                    path.up() && path.fault().isEmpty() ? 1 : 0);
        }
        families.gauge(
                "pfsync_bulk_running",
                "1 during a bulk update",
                Labels.EMPTY,
                pfsync.bulk().running() ? 1 : 0);
    }

    private static Set<CarpCounter> rejections() {
        Set<CarpCounter> counters = EnumSet.noneOf(CarpCounter.class);
        for (Rejection reason : Rejection.values()) {
            Optional.ofNullable(reason.counter()).ifPresent(counters::add);
        }
        return counters;
    }

    /** What was rejected is told by its carpdev and nowhere else. */
    private void carp(Map<CarpCounter, Long> values) {
        Map<CarpCounter, Long> others = new EnumMap<>(CarpCounter.class);
        others.putAll(values);
        others.keySet().removeAll(REJECTIONS);
        for (AddressFamily family : AddressFamily.values()) {
            Labels labels = Labels.of("family", family.name().toLowerCase(Locale.ROOT));
            families.counter(
                    "carp_advertisements_received",
                    "CARP packets that came, good and bad",
                    labels,
                    taken(others, CarpCounter.received(family)));
            families.counter(
                    "carp_advertisements_sent", "advertisements sent", labels, taken(others, CarpCounter.sent(family)));
        }
        others.forEach((counter, value) -> add("carp", counter.label(), counter, value));
    }

    private static long taken(Map<CarpCounter, Long> values, CarpCounter counter) {
        Long value = values.remove(counter);
        return value == null ? 0 : value;
    }

    private void pfsync(Map<PfsyncCounter, Long> values) {
        values.forEach((counter, value) -> {
            Matcher message = MESSAGES.matcher(counter.label());
            if (message.matches()) {
                families.counter(
                        "pfsync_messages",
                        "messages by their direction and action",
                        Labels.of(
                                "direction",
                                message.group(2).toLowerCase(Locale.ROOT),
                                "action",
                                snake(message.group(1))),
                        value);
            } else {
                add("pfsync", counter.label(), counter, value);
            }
        });
    }

    private void conntrack(Map<ConntrackCounter, Long> values) {
        values.forEach((counter, value) -> add(
                "conntrack",
                counter == ConntrackCounter.OVERRUNS ? "netlinkOverruns" : counter.label(),
                counter,
                value));
    }

    private void web(WebCounter counter, long value) {
        if (counter.isRefusal()) {
            families.counter(
                    "carpd_web_refused",
                    "requests, connections and logins that the web pages refused, by the reason",
                    Labels.of("reason", snake(counter.label())),
                    value);
        } else {
            families.counter("carpd_web_" + snake(counter.label()), counter.help(), Labels.EMPTY, value);
        }
    }

    private void add(String protocol, String label, Counter counter, long value) {
        if (DISCARDED.matcher(label).matches()) {
            families.counter(
                    protocol + "_packets_discarded",
                    "packets discarded, by the reason",
                    Labels.of("reason", snake(label)),
                    value);
        } else {
            families.counter(protocol + "_" + snake(label), counter.help(), Labels.EMPTY, value);
        }
    }

    private static String snake(String camel) {
        return camel.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
