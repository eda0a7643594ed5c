// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold.io;

import io.mirrorcarp.conntrack.hold.TupleHash;
import io.mirrorcarp.conntrack.io.ConntrackCounter;
import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.DeadlineTimer;
import io.mirrorcarp.netio.Descriptor;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.EventLoopDescriptor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Holds packets that outran their state, while that is wanted. It has a loop of its own, so that neither the election nor replication waits for a packet. */
public final class HoldVerticle extends VerticleBase {
    private static final int LONGEST_PACKET_BYTES = 1_500;
    private static final long LOOK_MILLIS = 1_000;
    private static final long NO_TIMER = -1;

    private final TupleHash hash;
    private final Supplier<Set<String>> devices;
    private final Consumer<String> onTrouble;
    private final CounterSet<ConntrackCounter> counters = new CounterSet<>(ConntrackCounter.class);
    private final List<EventLoopDescriptor> registrations = new ArrayList<>();
    private @Nullable PacketHold hold;
    private @Nullable DeadlineTimer timer;
    private long lookTimer = NO_TIMER;
    private boolean wanted;
    private boolean complained;
    private volatile boolean holding;

    /**
     * A verticle that holds nothing yet.
     *
     * @param devices the interfaces whose packets are held; asked each second
     * @param onTrouble told in one sentence why packets are not held
     */
    public HoldVerticle(TupleHash hash, Supplier<Set<String>> devices, Consumer<String> onTrouble) {
        this.hash = hash;
        this.devices = devices;
        this.onTrouble = onTrouble;
    }

    @Override
    public Future<?> start() {
        timer = new DeadlineTimer(context, this::onDeadline);
        return Future.succeededFuture();
    }

    /** Begins or ends to hold packets. Any thread may ask. Done when that is in force, or has failed. */
    public Future<Void> hold(boolean wish) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(nothing -> {
            wanted = wish;
            vertx.cancelTimer(lookTimer);
            lookTimer = wish ? vertx.setPeriodic(LOOK_MILLIS, id -> look()) : NO_TIMER;
            look();
            done.complete();
        });
        return done.future();
    }

    /** Whether packets are held; any thread may ask. */
    public boolean isHolding() {
        return holding;
    }

    /** What is counted; any thread may read it. */
    public Map<ConntrackCounter, Long> counters() {
        return counters.values();
    }

    private void look() {
        if (!wanted) {
            close();
            return;
        }
        try {
            PacketHold open = hold == null ? open() : hold;
            open.hold(devices.get());
            complained = false;
        } catch (ErrnoException e) {
            if (!complained) {
                complained = true;
                onTrouble.accept("packets that outrun their state are not held: " + e.getMessage());
            }
        }
    }

    private PacketHold open() throws ErrnoException {
        PacketHold opened = PacketHold.open(hash, counters, LONGEST_PACKET_BYTES);
        hold = opened;
        holding = true;
        for (Descriptor descriptor : opened.descriptors()) {
            EventLoopDescriptor.register(context, descriptor, () -> drain(opened))
                    .onSuccess(registration -> onRegistered(opened, registration))
                    .onFailure(
                            e -> onTrouble.accept("packets that outrun their state are not held: " + e.getMessage()));
        }
        return opened;
    }

    private void onRegistered(PacketHold opened, EventLoopDescriptor registration) {
        if (hold == opened) {
            registrations.add(registration);
        } else {
            registration.deregister();
        }
    }

    private void drain(PacketHold open) {
        if (hold == open) {
            open.drain(System.nanoTime());
            arm(open);
        }
    }

    private void onDeadline() {
        PacketHold open = hold;
        if (open != null) {
            open.onTime(System.nanoTime());
            arm(open);
        }
    }

    private void arm(PacketHold open) {
        DeadlineTimer deadline = timer;
        if (deadline != null) {
            deadline.arm(open.nextDeadlineNanos());
        }
    }

    private void close() {
        PacketHold open = hold;
        hold = null;
        holding = false;
        registrations.forEach(EventLoopDescriptor::deregister);
        registrations.clear();
        if (open != null) {
            open.close();
        }
    }

    @Override
    public Future<?> stop() {
        vertx.cancelTimer(lookTimer);
        close();
        return Future.succeededFuture();
    }
}
