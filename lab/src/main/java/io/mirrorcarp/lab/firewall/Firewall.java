// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import java.time.Duration;
import java.util.function.Predicate;

/** A router with carpd on it. */
public final class Firewall {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final Router router;
    private final Carpd carpd;

    /** A firewall whose carpd is configured but not started. */
    public Firewall(Router router, LabKeys keys, CarpdSettings settings) {
        this.router = router;
        this.carpd = new Carpd(router.host(), keys);
        carpd.configure(settings);
    }

    /** The host underneath. */
    public LabHost host() {
        return router.host();
    }

    /** The host's name. */
    public String name() {
        return host().name();
    }

    /** The router underneath. */
    public Router router() {
        return router;
    }

    /** The daemon. */
    public Carpd carpd() {
        return carpd;
    }

    /** Writes another configuration, for the next start. */
    public void configure(CarpdSettings settings) {
        carpd.configure(settings);
    }

    /** Starts carpd; returns at once. */
    public void start() {
        carpd.start();
    }

    /** SIGTERM; returns at once. */
    public void terminate() {
        carpd.process().terminate();
    }

    /** SIGTERM, and waits for the end; the exit status. */
    public int stop() {
        terminate();
        if (!carpd.process().awaitEnd(STOP_LIMIT)) {
            throw new LabException("carpd on " + name() + " does not end after SIGTERM");
        }
        return carpd.process().exitStatus();
    }

    /** SIGKILL: the daemon dies, the kernel and its addresses stay. */
    public void kill() {
        carpd.process().kill();
    }

    /** SIGKILL to every process of the host, and all its links down at once. */
    public void powerLoss() {
        router.powerOff();
    }

    /** Power returns with a fresh kernel state; carpd is not started. */
    public void powerOn() {
        router.powerOn();
    }

    /** Runs the real carpctl against this node. */
    public CommandResult carpctl(String... arguments) {
        return carpd.carpctl(arguments);
    }

    /** The answer to {@code status --json}. */
    public JsonNode status() {
        return carpd.status();
    }

    /** The answer to {@code stats --json}. */
    public JsonNode stats() {
        return carpd.stats();
    }

    /** See {@link Carpd#await}. */
    public JsonNode await(String wanted, Predicate<JsonNode> condition, Duration limit) {
        return carpd.await(wanted, condition, limit);
    }

    /** Waits until every virtual host is in a state: "init", "backup" or "master". */
    public JsonNode awaitState(String state, Duration limit) {
        return await(state.toUpperCase(java.util.Locale.ROOT) + " of every vhid", Statuses.every(state), limit);
    }

    /** Waits until pfsync says that it is in sync. */
    public JsonNode awaitInSync(Duration limit) {
        return await("in sync", Statuses.pfsync("in-sync"), limit);
    }
}
