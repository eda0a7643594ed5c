// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track;

import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.LinkDelay;
import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.carp.io.CarpdevStatus;
import io.mirrorcarp.carp.io.LinkMonitor;
import io.mirrorcarp.daemon.config.TrackConfiguration;
import io.mirrorcarp.netio.DeadlineTimer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Watches the interfaces of [[track.interface]] and of [check.NAME] with kind = "interface". One that is down demotes the node, or its group, until it is up again. */
public final class InterfaceTracks extends VerticleBase {
    /** One interface: what it takes to count, and what was said of it last. */
    private static final class Track {
        private final TrackConfiguration.Interface tracked;
        private final LinkDelay delay;
        private boolean demotes;

        Track(TrackConfiguration.Interface tracked) {
            this.tracked = tracked;
            delay = new LinkDelay(
                    tracked.upDelay().toNanos(), tracked.downDelay().toNanos());
        }
    }

    private final CarpNetwork network;
    private final Consumer<DemotionSource> demotion;
    private final List<Track> tracks = new ArrayList<>();
    private @Nullable DeadlineTimer timer;
    private @Nullable LinkMonitor monitor;

    /** @param demotion takes the sources, on the verticle's event loop; one of value 0 ends it */
    public InterfaceTracks(CarpNetwork network, Consumer<DemotionSource> demotion) {
        this.network = network;
        this.demotion = demotion;
    }

    @Override
    public Future<?> start() {
        timer = new DeadlineTimer(context, this::onTimer);
        return Future.succeededFuture();
    }

    /**
     * Watches these from now on, and no longer those before. Always on the loop of this verticle: one that was deployed anew for each change would come to the loop of the
     * election one day.
     */
    public Future<Void> watch(List<TrackConfiguration.Interface> interfaces) {
        Promise<Void> watching = Promise.promise();
        context.runOnContext(now -> close().compose(closed -> {
                    tracks.clear();
                    interfaces.forEach(tracked -> tracks.add(new Track(tracked)));
                    return interfaces.isEmpty() ? Future.succeededFuture() : open();
                })
                .onComplete(watching));
        return watching.future();
    }

    private Future<Void> open() {
        Set<String> devices =
                tracks.stream().map(track -> track.tracked.device()).collect(Collectors.toSet());
        return network.watch(context, devices, this::onStatus)
                .onSuccess(opened -> monitor = opened)
                .mapEmpty();
    }

    private Future<Void> close() {
        LinkMonitor open = monitor;
        monitor = null;
        return open == null ? Future.succeededFuture() : open.close();
    }

    @Override
    public Future<?> stop() {
        if (timer != null) {
            timer.cancel();
        }
        return close();
    }

    private void onStatus(CarpdevStatus status) {
        for (Track track : tracks) {
            if (!track.tracked.device().equals(status.carpdev())) {
                continue;
            }
            if (status.isPresent()) {
                track.delay.onLink(status.up(), System.nanoTime());
            } else {
                track.delay.onGone();
            }
            settle(track, status.isPresent() ? " is down" : " is not there");
        }
        arm();
    }

    private void onTimer() {
        for (Track track : tracks) {
            track.delay.onDeadline(System.nanoTime());
            settle(track, " is down");
        }
        arm();
    }

    private void settle(Track track, String trouble) {
        boolean demotes = !track.delay.isUp();
        if (demotes == track.demotes) {
            return;
        }
        track.demotes = demotes;
        TrackConfiguration.Interface tracked = track.tracked;
        demotion.accept(DemotionSource.of(
                        DemotionSource.TRACK_PREFIX + tracked.name(),
                        "",
                        demotes ? tracked.demote() : 0,
                        tracked.device() + (demotes ? trouble : " is up"),
                        System.nanoTime())
                .inGroup(tracked.group().orElse("")));
    }

    private void arm() {
        long earliestNanos = tracks.stream()
                .mapToLong(track -> track.delay.nextDeadlineNanos())
                .min()
                .orElse(CarpInstance.NEVER);
        if (timer != null) {
            timer.arm(earliestNanos);
        }
    }
}
