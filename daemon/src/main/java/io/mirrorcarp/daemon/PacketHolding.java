// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.conntrack.hold.io.HoldVerticle;
import io.mirrorcarp.daemon.config.AnnouncedAddress;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.HoldMode;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.pfsync.flows.FlowHash;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Decides when packets are held: while both directions of a connection may pass different nodes. That is so while this node is master of one virtual host and backup of
 * another, and for ten seconds after that; and always where routers choose the node: with a [route.NAME] that is there on every node that is ready, or without any
 * virtual host.
 */
final class PacketHolding {
    private static final long LINGER_MILLIS = TimeUnit.SECONDS.toMillis(10);

    private final Vertx vertx;
    private final BooleanSupplier split;
    private final Ground.Table table;
    private final EventLog events;
    private final HoldVerticle verticle;
    private Configuration configuration;
    private boolean holding;
    private long epoch;

    /**
     * @param split whether this node is master of one virtual host and backup of another
     * @param table told of it too
     */
    PacketHolding(
            Vertx vertx, Configuration configuration, BooleanSupplier split, Ground.Table table, EventLog events) {
        this.vertx = vertx;
        this.configuration = configuration;
        this.split = split;
        this.table = table;
        this.events = events;
        verticle = new HoldVerticle(
                new FlowHash(new SecureRandom().nextLong())::of,
                this::carpdevs,
                line -> events.warn("conntrack", line));
    }

    /** What of a configuration it goes by. */
    static Object settings(Configuration configuration) {
        return List.of(
                configuration.pfsync().map(PfsyncConfiguration::hold),
                configuration.virtualHosts(),
                configuration.announced());
    }

    /** To be deployed. */
    HoldVerticle verticle() {
        return verticle;
    }

    private synchronized Set<String> carpdevs() {
        return configuration.virtualHosts().stream()
                .map(VirtualHostConfiguration::carpdev)
                .collect(Collectors.toSet());
    }

    /** Another configuration is in force. */
    synchronized Future<Void> change(Configuration changed) {
        configuration = changed;
        return look();
    }

    /** A virtual host may have changed its state. Any thread may call it, once the verticle is deployed. */
    synchronized Future<Void> look() {
        boolean wish = isWanted();
        epoch++;
        if (wish == holding) {
            return Future.succeededFuture();
        }
        if (!wish && isAuto()) {
            long asked = epoch;
            vertx.setTimer(LINGER_MILLIS, id -> end(asked));
            return Future.succeededFuture();
        }
        return set(wish);
    }

    private synchronized void end(long asked) {
        if (asked == epoch && !isWanted()) {
            set(false);
        }
    }

    private Future<Void> set(boolean wish) {
        holding = wish;
        table.asymmetric().accept(wish);
        events.report(
                "conntrack",
                wish
                        ? "both directions of a connection may pass different nodes: packets that outrun their state are"
                                + " held up to 20 ms"
                        : "packets are no longer held");
        return verticle.hold(wish);
    }

    private boolean isAuto() {
        return configuration
                .pfsync()
                .map(pfsync -> pfsync.hold() == HoldMode.AUTO)
                .orElse(false);
    }

    private boolean isWanted() {
        boolean routed = configuration.virtualHosts().isEmpty()
                || configuration.announced().stream()
                        .anyMatch(address -> address.when() == AnnouncedAddress.When.READY);
        return isAuto() && (routed || split.getAsBoolean());
    }
}
