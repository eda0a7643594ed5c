// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.io.SyncChannel;
import io.mirrorcarp.pfsync.io.SyncDevice;
import io.mirrorcarp.pfsync.io.SyncNetwork;
import io.mirrorcarp.pfsync.io.SyncTargets;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One way to the peers: a sync device, which may come and go, and the channel on it while it is there. Used on one event loop. */
final class SyncPath {
    /** Who has the paths. */
    interface Owner {
        /** What counts; null before replication begins and after its end. */
        @Nullable
        CounterSet<PfsyncCounter> counters();

        /** The device, or whether there is a channel on it, has changed. */
        void onPath(SyncPath path, boolean lostCarrier);

        /** Something may be read. */
        void onReadable();

        /** One line for the log. */
        void onEvent(String line);
    }

    private static final long REOPEN_MILLIS = 500;
    private static final long NO_TIMER = -1;

    private final int index;
    private final String name;
    private final Context context;
    private final SyncNetwork network;
    private final SyncTargets targets;
    private final Owner owner;
    private final LinkSight sight;
    private SyncDevice device;
    private @Nullable SyncChannel channel;
    private @Nullable Supplier<Future<Void>> endWatch;
    private long reopenTimer = NO_TIMER;

    SyncPath(int index, String name, Context context, SyncNetwork network, SyncTargets targets, Owner owner) {
        this.index = index;
        this.name = name;
        this.context = context;
        this.network = network;
        this.targets = targets;
        this.owner = owner;
        device = SyncDevice.absent(name);
        sight = new LinkSight(network, targets);
    }

    int index() {
        return index;
    }

    SyncDevice device() {
        return device;
    }

    @Nullable
    SyncChannel channel() {
        return channel;
    }

    /** Where the last frame of a peer's session came from by this path, or null. */
    @Nullable
    InetAddress source(int creatorId) {
        SyncChannel open = channel;
        return open == null ? null : open.source(creatorId);
    }

    LinkSight sight() {
        return sight;
    }

    /** Whether it can pass frames. A path that has no other beside it may still wait for its channel: the link is there. */
    boolean isUp() {
        return device.operational() && (channel != null || !targets.shared());
    }

    /** What is wrong with it where it is not up. */
    String why() {
        if (!device.isPresent()) {
            return "there is no such device";
        }
        if (!device.up()) {
            return "the device is down";
        }
        return device.operational() ? "its channel is not open" : "no carrier";
    }

    /** Begins to watch the device; done when it is known. */
    Future<Void> watch() {
        return network.watch(context, name, this::onDevice).map(end -> {
            endWatch = end;
            return null;
        });
    }

    private void onDevice(SyncDevice now) {
        SyncDevice before = device;
        device = now;
        if (owner.counters() == null) {
            return;
        }
        SyncChannel old = channel;
        if (now.ifindex() != before.ifindex() && old != null) {
            channel = null;
            old.close();
        }
        if (now.isPresent() && channel == null) {
            open(true);
        }
        owner.onPath(this, now.lostCarrier(before));
    }

    /** Opens the channel. A device that comes later, or is not ready yet, is waited for. */
    Future<Void> begin() {
        if (!device.isPresent()) {
            owner.onEvent("waiting for " + name);
            return Future.succeededFuture();
        }
        return open(true);
    }

    /** Again and again where it does not succeed: an address may come later than its device. */
    private Future<Void> open(boolean first) {
        context.owner().cancelTimer(reopenTimer);
        CounterSet<PfsyncCounter> counters = owner.counters();
        if (counters == null || channel != null || !device.isPresent()) {
            return Future.succeededFuture();
        }
        return openChannel(counters)
                .onSuccess(opened -> owner.onPath(this, false))
                .recover(e -> {
                    openLater(e, first);
                    return Future.succeededFuture();
                });
    }

    private Future<Void> openChannel(CounterSet<PfsyncCounter> counters) {
        try {
            SyncChannel opened = network.open(device, targets, counters);
            channel = opened;
            return opened.register(context, owner::onReadable);
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    private void openLater(Throwable failure, boolean first) {
        SyncChannel failed = channel;
        channel = null;
        if (failed != null) {
            failed.close();
        }
        if (first) {
            owner.onEvent(
                    "open " + name + ": " + failure.getMessage() + "; trying again every " + REOPEN_MILLIS + " ms");
        }
        owner.onPath(this, false);
        reopenTimer = context.owner().setTimer(REOPEN_MILLIS, id -> open(false));
    }

    Future<Void> close() {
        context.owner().cancelTimer(reopenTimer);
        sight.close();
        SyncChannel open = channel;
        channel = null;
        Supplier<Future<Void>> end = endWatch;
        endWatch = null;
        Future<Void> closed = open == null ? Future.succeededFuture() : open.close();
        return closed.eventually(() -> end == null ? Future.succeededFuture() : end.get());
    }
}
