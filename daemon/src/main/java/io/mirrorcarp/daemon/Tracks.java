// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.CarpVerticle;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.daemon.config.TrackConfiguration;
import io.mirrorcarp.daemon.track.Checks;
import io.mirrorcarp.daemon.track.InterfaceTracks;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The tracked interfaces, and the checks that run. */
final class Tracks {
    /** What a track demotes: its name and its group. */
    private record Demoted(String name, String group) {}

    private final InterfaceTracks interfaces;
    private final CarpVerticle carp;
    private TrackConfiguration running = new TrackConfiguration(List.of(), List.of());
    private Optional<Checks> checks = Optional.empty();

    Tracks(CarpNetwork network, CarpVerticle carp) {
        this.interfaces = new InterfaceTracks(network, carp::raiseDemotion);
        this.carp = carp;
    }

    /** To be deployed once. */
    InterfaceTracks interfaces() {
        return interfaces;
    }

    /** From now on these are tracked. What is tracked no longer demotes no longer. */
    synchronized Future<Void> change(TrackConfiguration changed) {
        TrackConfiguration before = running;
        running = changed;
        Future<Void> done = Future.succeededFuture();
        if (!before.interfaces().equals(changed.interfaces())) {
            done = done.compose(next -> interfaces.watch(changed.interfaces()));
        }
        if (!before.checks().equals(changed.checks())) {
            checks.ifPresent(Checks::close);
            checks = changed.checks().isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Checks(changed.checks(), carp::raiseDemotion));
        }
        Set<Demoted> gone = demoted(before);
        gone.removeAll(demoted(changed));
        return done.compose(next -> clear(gone));
    }

    private static Set<Demoted> demoted(TrackConfiguration track) {
        Set<Demoted> demoted = new HashSet<>();
        track.interfaces()
                .forEach(one -> demoted.add(new Demoted(one.name(), one.group().orElse(""))));
        track.checks()
                .forEach(one -> demoted.add(new Demoted(one.name(), one.group().orElse(""))));
        return demoted;
    }

    private Future<Void> clear(Set<Demoted> gone) {
        List<Future<Void>> cleared = new ArrayList<>();
        for (Demoted track : gone) {
            cleared.add(carp.clearDemotion(
                    DemotionSource.TRACK_PREFIX + track.name(), "", track.group(), "no longer tracked"));
        }
        return Future.join(cleared).mapEmpty();
    }

    /** Ends the checks. */
    synchronized void close() {
        checks.ifPresent(Checks::close);
    }
}
