// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.pfsync.io.ChannelReceiver;
import io.mirrorcarp.pfsync.io.SyncChannel;
import io.mirrorcarp.pfsync.io.SyncDevice;
import io.mirrorcarp.pfsync.io.SyncNetwork;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sync device and the channel on it. The channel is closed when the device goes, and opened again, in vain or not, while it is there. Used on one event loop.
 */
final class SyncPort {
    private static final long REOPEN_MILLIS = 500;
    private static final long NO_TIMER = -1;

    /** Who is told what becomes of the device. */
    interface Owner {
        /** Something can be read. */
        void readable();

        /** The device passes packets of another size from now on, in bytes. */
        void otherMtu(int mtu);

        /** The device can pass frames, or cannot. */
        void link(boolean operational);

        /** It lost its carrier. */
        void lostCarrier(String device);

        /** A line for the administrator. */
        void log(String line);
    }

    private final SyncNetwork network;
    private final List<InetAddress> syncpeers;
    private final Context context;
    private final Owner owner;
    private SyncDevice device;
    private @Nullable SyncChannel channel;
    private @Nullable CounterSet<PfsyncCounter> counters;
    private @Nullable Supplier<Future<Void>> endWatch;
    private long reopenTimer = NO_TIMER;

    SyncPort(SyncNetwork network, PfsyncOptions options, Context context, Owner owner) {
        this.network = network;
        this.context = context;
        this.owner = owner;
        syncpeers = options.syncpeers();
        device = SyncDevice.absent(options.syncdev());
    }

    /** Begins to watch the device; done when its present state is known. */
    Future<Void> watch() {
        return network.watch(context, device.name(), this::onDevice).map(end -> {
            endWatch = end;
            return null;
        });
    }

    SyncDevice device() {
        return device;
    }

    /**
     * Opens the channel. A device that comes later, or is not ready yet, is waited for, and that is no failure.
     *
     * @param counts what is received and sent from now on
     */
    Future<Void> open(CounterSet<PfsyncCounter> counts) {
        counters = counts;
        if (!device.isPresent()) {
            owner.log("waiting for " + device.name());
            return Future.succeededFuture();
        }
        return openChannel(counts).recover(e -> {
            openLater(e, true);
            return Future.succeededFuture();
        });
    }

    private Future<Void> openChannel(CounterSet<PfsyncCounter> counts) {
        try {
            SyncChannel opened = network.open(device, syncpeers, counts);
            channel = opened;
            return opened.register(context, owner::readable);
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
    }

    private void onDevice(SyncDevice now) {
        SyncDevice before = device;
        device = now;
        if (counters == null) {
            return;
        }
        if (now.isPresent() && before.isPresent() && now.mtu() != before.mtu()) {
            owner.otherMtu(now.mtu());
        }
        SyncChannel old = channel;
        if (now.ifindex() != before.ifindex() && old != null) {
            channel = null;
            old.close();
        }
        if (now.isPresent() && channel == null) {
            reopen(true);
        }
        owner.link(now.operational());
        if (now.lostCarrier(before)) {
            owner.lostCarrier(now.name());
        }
    }

    /** Again and again where it does not succeed: an address may come later than its device. */
    private void reopen(boolean first) {
        context.owner().cancelTimer(reopenTimer);
        CounterSet<PfsyncCounter> counts = counters;
        if (counts == null || channel != null || !device.isPresent()) {
            return;
        }
        openChannel(counts)
                .onSuccess(opened -> owner.link(device.operational()))
                .onFailure(e -> openLater(e, first));
    }

    private void openLater(Throwable failure, boolean first) {
        SyncChannel failed = channel;
        channel = null;
        if (failed != null) {
            failed.close();
        }
        if (first) {
            owner.log("open " + device.name() + ": " + failure.getMessage() + "; trying again every " + REOPEN_MILLIS
                    + " ms");
        }
        reopenTimer = context.owner().setTimer(REOPEN_MILLIS, id -> reopen(false));
    }

    /** Queues a copy of the first {@code length} bytes for every peer; without a channel they are lost. */
    void send(byte[] frame, int length) {
        if (channel != null) {
            channel.send(frame, length);
        }
    }

    /** Sends what is queued. */
    void flush() {
        if (channel != null) {
            channel.flush();
        }
    }

    /** Hands waiting datagrams on, so many batches at most. */
    void receive(int batches, ChannelReceiver receiver) {
        SyncChannel open = channel;
        boolean more = true;
        for (int i = 0; i < batches && more && open != null; i++) {
            more = open.receive(receiver);
        }
    }

    /** Where the last frame of that peer's session came from, or null. */
    @Nullable
    InetAddress source(int creatorId) {
        return channel == null ? null : channel.source(creatorId);
    }

    /** Where the last frame came from that belonged to no session; empty where there was none. */
    String stranger() {
        InetAddress stranger = channel == null ? null : channel.stranger();
        return stranger == null ? "" : stranger.getHostAddress();
    }

    /** The errno of the last send that was refused, 0 when all of what was sent last was taken. */
    int sendErrno() {
        return channel == null ? 0 : channel.sendErrno();
    }

    /** Opens nothing any more, and passes on nothing that becomes of the device. */
    void retire() {
        counters = null;
        context.owner().cancelTimer(reopenTimer);
    }

    /** Closes the channel and ends the watch. */
    Future<Void> close() {
        retire();
        SyncChannel open = channel;
        channel = null;
        Supplier<Future<Void>> end = endWatch;
        endWatch = null;
        return (open == null ? Future.<Void>succeededFuture() : open.close())
                .eventually(() -> end == null ? Future.succeededFuture() : end.get());
    }
}
