// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.control.CommandFailure;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Changes the keys of the state channel in a running daemon. A key is changed without a gap in three steps, each on every node before the
 * next: the new one is added, is made active, and the old one is removed.
 */
final class KeyReload {
    private static final String RESTART = "; the file has other changes, which need a restart";

    private final Vertx vertx;
    private final String file;
    private final Replication replication;
    private final EventLog events;
    private volatile Configuration present;

    KeyReload(Vertx vertx, String file, Configuration present, Replication replication, EventLog events) {
        this.vertx = vertx;
        this.file = file;
        this.present = present;
        this.replication = replication;
        this.events = events;
    }

    /** Reads the file; a sentence about what changes, or changed. */
    Future<String> run(boolean dryRun) {
        return vertx.executeBlocking(() -> ConfigurationFile.loadToRun(file)).compose(result -> take(result, dryRun));
    }

    private Future<String> take(ConfigurationResult result, boolean dryRun) {
        if (result.configuration().isEmpty()) {
            List<String> lines = new ArrayList<>(result.faultLines());
            lines.addAll(result.awaitedLines());
            return Future.failedFuture(new CommandFailure(
                    ExitStatus.CONFIGURATION_INVALID, "nothing is changed:\n" + String.join("\n", lines)));
        }
        Configuration read = result.configuration().get();
        Configuration next = withKeysOf(read);
        String rest = next.equals(read) ? "" : RESTART;
        if (next.equals(present) || next.pfsync().isEmpty()) {
            return Future.succeededFuture("the keys are as before" + rest);
        }
        String keys = describe(next.pfsync().get());
        if (dryRun) {
            return Future.succeededFuture("would change the keys: " + keys + rest);
        }
        return replication.useKeys(PfsyncSetup.keyring(next.pfsync().get())).map(done -> {
            present = next;
            events.report("pfsync", keys);
            return keys + rest;
        });
    }

    /** What is in force, with the keys of another configuration. */
    private Configuration withKeysOf(Configuration read) {
        Optional<PfsyncConfiguration> pfsync =
                present.pfsync().map(now -> read.pfsync().map(now::withKeysOf).orElse(now));
        return new Configuration(
                present.node(),
                present.global(),
                present.virtualHosts(),
                pfsync,
                present.track(),
                present.hooks(),
                present.admin(),
                present.metrics());
    }

    private static String describe(PfsyncConfiguration pfsync) {
        String ids = pfsync.keys().keySet().stream().map(String::valueOf).collect(Collectors.joining(", "));
        return (pfsync.keys().size() == 1 ? "key " + ids + " opens" : "keys " + ids + " open") + ", "
                + pfsync.activeKey() + " seals";
    }
}
