// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.counter.Counter;
import io.mirrorcarp.daemon.control.Status.Balancing;
import io.mirrorcarp.daemon.control.Status.Bulk;
import io.mirrorcarp.daemon.control.Status.CarpPeer;
import io.mirrorcarp.daemon.control.Status.DemotionSource;
import io.mirrorcarp.daemon.control.Status.Finding;
import io.mirrorcarp.daemon.control.Status.Pfsync;
import io.mirrorcarp.daemon.control.Status.PfsyncPeer;
import io.mirrorcarp.daemon.control.Status.Uncarried;
import io.mirrorcarp.daemon.control.Status.VirtualHost;
import io.mirrorcarp.daemon.control.Status.Vrrp;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Renders as JSON, with names and nesting that tools rely on. Additions are allowed, changes need a new schema number. */
public final class JsonText {
    private static final int SCHEMA = 1;

    private JsonText() {}

    static String status(Status status) {
        JsonObject json = new JsonObject()
                .put("schema", SCHEMA)
                .put("node", status.node())
                .put("hostId", status.hostId())
                .put("uptimeSeconds", tenths(status.uptimeSeconds()))
                .put("failoverReady", status.failoverReady())
                .put("failoverBlockedBy", strings(status.failoverBlockedBy()))
                .put("demotion", status.demotion())
                .put("suppressPreempt", status.suppressPreempt())
                .put("maintenance", status.maintenance())
                .put("demotionSources", array(status.demotionSources(), JsonText::demotionSource))
                .put("vhids", array(status.vhids(), JsonText::virtualHost))
                .put("pfsync", pfsync(status.pfsync()))
                .put(
                        "conntrack",
                        new JsonObject()
                                .put("entries", status.conntrack().entries())
                                .put("limit", status.conntrack().limit())
                                .put("dying", status.conntrack().dying())
                                .put("uncarried", array(status.conntrack().uncarried(), JsonText::uncarried))
                                .put("offloaded", status.conntrack().offloaded()))
                .put("findings", array(status.findings(), JsonText::finding));
        return json.encodePrettily() + "\n";
    }

    private static JsonObject uncarried(Uncarried uncarried) {
        return new JsonObject().put("kind", uncarried.kind()).put("flows", uncarried.flows());
    }

    private static JsonObject finding(Finding finding) {
        return new JsonObject().put("code", finding.code()).put("text", finding.text());
    }

    private static JsonObject demotionSource(DemotionSource source) {
        return new JsonObject()
                .put("source", source.source())
                .put("subject", source.subject())
                .put("group", source.group())
                .put("value", source.value())
                .put("sinceSeconds", tenths(source.sinceSeconds()))
                .put("reason", source.reason())
                .put("expiresInSeconds", tenths(source.expiresInSeconds()));
    }

    private static JsonObject virtualHost(VirtualHost host) {
        JsonObject json = new JsonObject()
                .put("name", host.name())
                .put("vhid", host.vhid())
                .put("carpdev", host.carpdev())
                .put("state", host.state().text())
                .put("protocol", host.vrrp() == null ? "carp" : host.vrrp().protocol())
                .put("advbase", host.advbase())
                .put("advskew", host.advskew())
                .put("group", host.group())
                .put("advertisedAdvskew", host.advertisedAdvskew())
                .put("advertisedDemote", host.advertisedDemote())
                .put("auth", host.auth().mode())
                .put("forgeries", host.auth().forgeries())
                .put("addresses", strings(host.addresses()))
                .put("sinceSeconds", tenths(host.sinceSeconds()))
                .put("reason", host.reason())
                .put("upInSeconds", tenths(host.upInSeconds()))
                .put("heldOffSeconds", tenths(host.heldOffSeconds()))
                .put("transitions", host.transitions())
                .put("peers", array(host.peers(), JsonText::carpPeer));
        Balancing balancing = host.balancing();
        if (balancing != null) {
            json.put("balancing", balancing.mode())
                    .put("slot", balancing.slot())
                    .put("slots", balancing.slots());
        }
        Vrrp vrrp = host.vrrp();
        return vrrp == null
                ? json
                : json.put("priority", vrrp.priority())
                        .put("advertisedPriority", vrrp.advertisedPriority())
                        .put("intervalSeconds", vrrp.intervalSeconds());
    }

    private static JsonObject carpPeer(CarpPeer peer) {
        JsonObject json = new JsonObject().put("address", peer.address()).put("advskew", peer.advskew());
        if (peer.priority() != null) {
            json.put("priority", peer.priority());
        }
        return json.put("lastSeenSeconds", tenths(peer.lastSeenSeconds()));
    }

    private static JsonObject pfsync(Pfsync pfsync) {
        Bulk bulk = pfsync.bulk();
        return new JsonObject()
                .put("state", pfsync.state().text())
                .put("syncdev", pfsync.syncdev())
                .put("paths", array(pfsync.paths(), JsonText::syncPath))
                .put("peers", array(pfsync.peers(), JsonText::pfsyncPeer))
                .put(
                        "bulk",
                        new JsonObject()
                                .put("running", bulk.running())
                                .put("received", bulk.received())
                                .put("expected", bulk.expected()))
                .put("degraded", pfsync.degraded())
                .put("faults", array(pfsync.faults(), JsonText::linkFault));
    }

    private static JsonObject syncPath(Status.SyncPath path) {
        return new JsonObject()
                .put("device", path.device())
                .put("up", path.up())
                .put("inUse", path.inUse())
                .put("fault", path.fault());
    }

    private static JsonObject linkFault(LinkFault fault) {
        return new JsonObject()
                .put("code", fault.code())
                .put("text", fault.text())
                .put("todo", fault.todo());
    }

    private static JsonObject pfsyncPeer(PfsyncPeer peer) {
        return new JsonObject()
                .put("node", peer.node())
                .put("hostId", peer.hostId())
                .put("address", peer.address())
                .put("state", peer.state().text())
                .put("lastSeenSeconds", tenths(peer.lastSeenSeconds()))
                .put("lagMillis", tenths(peer.lagMillis()))
                .put("idle", peer.idle())
                .put("entries", peer.entries())
                .put("digestMatches", peer.digestMatches())
                .put("masterOf", strings(peer.masterOf()))
                .put("ready", peer.ready())
                .put("notReadyBecause", strings(peer.notReadyBecause()))
                .put("version", peer.version())
                .put("pathMtu", peer.pathMtu())
                .put("frameVersion", peer.frameVersion())
                .put("configDifferences", peer.configDifferences());
    }

    /** The parts that are asked for: all of them, or one of carp, pfsync and conntrack. */
    static String stats(Stats stats, @Nullable String protocol) {
        JsonObject json = new JsonObject();
        stats.parts(protocol).forEach((name, counters) -> json.put(name, counters(counters)));
        return json.encodePrettily() + "\n";
    }

    /** The numbers by the labels of their counters. */
    public static JsonObject counters(Map<? extends Counter, Long> counters) {
        JsonObject json = new JsonObject();
        counters.forEach((counter, count) -> json.put(counter.label(), count));
        return json;
    }

    /** One line, so that a stream of events is a stream of lines. */
    public static String event(Event event) {
        JsonObject json = new JsonObject()
                .put("time", event.timeText())
                .put("sequence", event.sequence())
                .put("subject", event.subject())
                .put("type", "message")
                .put("message", event.message());
        event.facts().forEach(json::put);
        return json.encode() + "\n";
    }

    private static @Nullable Double tenths(@Nullable Double value) {
        return value == null ? null : Math.round(value * 10) / 10.0;
    }

    private static JsonArray strings(List<String> texts) {
        return new JsonArray(texts);
    }

    private static <T> JsonArray array(Collection<T> values, Function<T, JsonObject> json) {
        JsonArray array = new JsonArray();
        values.forEach(value -> array.add(json.apply(value)));
        return array;
    }
}
