// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.CarpVerticle;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.GlobalConfiguration;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.control.EventLog;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a changed configuration means for the election and for replication. */
final class ReloadParts {
    private ReloadParts() {}

    /** The sysctls, where the file has another value than before: one that was set by hand stays otherwise. */
    static Reload.Part sysctls(CarpVerticle carp) {
        return (before, after) -> {
            GlobalConfiguration was = before.global();
            GlobalConfiguration is = after.global();
            List<Future<Void>> written = new ArrayList<>();
            if (was.allow() != is.allow()) {
                written.add(carp.setAllow(is.allow()));
            }
            if (was.preempt() != is.preempt()) {
                written.add(carp.setPreempt(is.preempt()));
            }
            if (was.log() != is.log()) {
                written.add(carp.setLogLevel(is.log()));
            }
            if (was.arpbalance() != is.arpbalance()) {
                written.add(carp.setArpBalance(is.arpbalance()));
            }
            if (!was.demotion().equals(is.demotion())) {
                written.add(carp.setFaultDemotions(
                        is.demotion().ifdown(), is.demotion().senderr()));
            }
            return Future.all(written).mapEmpty();
        };
    }

    static Reload.Part virtualHosts(CarpVerticle carp) {
        return (before, after) -> CarpSetup.hosts(before).equals(CarpSetup.hosts(after))
                ? Future.succeededFuture()
                : carp.reconfigure(CarpSetup.hosts(after));
    }

    /** The name, the limits and the filters of replication. */
    static Reload.Part replication(Replication replication) {
        return (before, after) ->
                before.pfsync().equals(after.pfsync()) && before.node().equals(after.node())
                        ? Future.succeededFuture()
                        : replication.change(before, after);
    }

    static Reload.Part keys(Replication replication, EventLog events) {
        return (before, after) -> {
            if (sealing(before).equals(sealing(after)) || after.pfsync().isEmpty()) {
                return Future.succeededFuture();
            }
            PfsyncConfiguration pfsync = after.pfsync().get();
            return replication
                    .useKeys(PfsyncSetup.keyring(pfsync))
                    .onSuccess(used -> events.report("pfsync", describe(pfsync)));
        };
    }

    /** What the keys are, as far as replication is on. */
    private static Optional<List<Object>> sealing(Configuration configuration) {
        return configuration.pfsync().map(pfsync -> List.of(pfsync.keys(), pfsync.activeKey()));
    }

    private static String describe(PfsyncConfiguration pfsync) {
        String ids = pfsync.keys().keySet().stream().map(String::valueOf).collect(Collectors.joining(", "));
        return (pfsync.keys().size() == 1 ? "key " + ids + " opens" : "keys " + ids + " open") + ", "
                + pfsync.activeKey() + " seals";
    }

    /** A part that is made anew where the value that it is made of has changed. */
    static <T> Reload.Part anew(Function<Configuration, T> value, Function<Configuration, Future<Void>> make) {
        return (before, after) ->
                Objects.equals(value.apply(before), value.apply(after)) ? Future.succeededFuture() : make.apply(after);
    }
}
