// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor on the epoll of a Vert.x context's event loop: {@code drain} is called on that context while there is something to read.
 *
 * <p>The readiness is level-triggered. A {@code drain} that stops at a batch limit loses nothing: the loop serves its other descriptors,
 * tasks and timers, then calls it again. An exception out of {@code drain} ends the registration and goes to the context's exception
 * handler, once; the descriptor is dead then, for its owner to replace.
 *
 * <p>It does not own the descriptor. Close it, and then the socket. Needs a Vert.x that was built with the native transport.
 */
public final class EventLoopDescriptor implements EpollIoHandle {

    private final ContextInternal context;
    private final FileDescriptor fd;
    private final Drain drain;
    private final @Nullable BurstPace pace;
    private final io.vertx.core.Handler<Void> guarded = this::runDrain;
    private @Nullable IoRegistration registration;
    private @Nullable ScheduledFuture<?> pauseEnd;
    private boolean paused;
    private boolean closed;

    /** Reads what is there. */
    public interface Drain {
        /** Reads until there is nothing left or a batch limit is reached, and returns whether it read anything and there is nothing left. */
        boolean drain();
    }

    private EventLoopDescriptor(ContextInternal context, int fd, Drain drain, @Nullable BurstPace pace) {
        this.context = context;
        this.fd = new FileDescriptor(fd);
        this.drain = drain;
        this.pace = pace;
    }

    /**
     * Registers a descriptor.
     *
     * @param drain reads until there is nothing left or a batch limit is reached; called on the context
     * @return done when the first call can come; fails where the loop has no epoll
     */
    public static Future<EventLoopDescriptor> register(Context context, Descriptor descriptor, Runnable drain) {
        Drain unpaced = () -> {
            drain.run();
            return false;
        };
        return register(context, new EventLoopDescriptor((ContextInternal) context, descriptor.fd(), unpaced, null));
    }

    /**
     * Registers a descriptor that is read in bursts while much arrives: {@code drain} is then called after the pauses that {@code pace} sets, and not for
     * each arrival.
     */
    public static Future<EventLoopDescriptor> register(
            Context context, Descriptor descriptor, BurstPace pace, Drain drain) {
        return register(context, new EventLoopDescriptor((ContextInternal) context, descriptor.fd(), drain, pace));
    }

    private static Future<EventLoopDescriptor> register(Context context, EventLoopDescriptor handle) {
        ContextInternal internal = (ContextInternal) context;
        EventLoop loop = internal.nettyEventLoop();
        if (!(loop instanceof IoEventLoop ioLoop) || !ioLoop.isCompatible(EventLoopDescriptor.class)) {
            return internal.failedFuture("the event loop has no epoll: build Vertx with preferNativeTransport");
        }
        Promise<EventLoopDescriptor> promise = internal.promise();
        ioLoop.register(handle).addListener((io.netty.util.concurrent.Future<IoRegistration> done) -> {
            if (done.isSuccess()) {
                handle.start(done.getNow(), promise);
            } else {
                promise.fail(done.cause());
            }
        });
        return promise.future();
    }

    private void start(IoRegistration made, Promise<EventLoopDescriptor> promise) {
        registration = made;
        try {
            made.submit(EpollIoOps.EPOLLIN);
            promise.complete(this);
        } catch (RuntimeException e) {
            cancel();
            promise.fail(e);
        }
    }

    /** For Netty. */
    @Override
    public FileDescriptor fd() {
        return fd;
    }

    /** For Netty: there is something to read. */
    @Override
    public void handle(IoRegistration source, IoEvent event) {
        endPause();
        onReadable();
    }

    private void onPauseEnd() {
        pauseEnd = null;
        onReadable();
    }

    private void onReadable() {
        if (!closed) {
            context.dispatch(null, guarded);
        }
    }

    private void runDrain(Void nothing) {
        try {
            if (pace == null) {
                drain.drain();
            } else {
                drainInBursts(pace);
            }
        } catch (RuntimeException | Error e) {
            deregister();
            throw e;
        }
    }

    /**
     * While pauses follow one another the epoll is not asked for readability: a wake-up for each arrival is what they are to spare. An error, such as
     * an overrun, ends a pause.
     */
    private void drainInBursts(BurstPace pace) {
        long begunNanos = System.nanoTime();
        long pauseNanos = pace.pauseNanos(begunNanos, drain.drain());
        IoRegistration current = registration;
        if (closed || current == null) {
            return;
        }
        boolean pause = pauseNanos > 0;
        if (pause != paused) {
            paused = pause;
            current.submit(pause ? EpollIoOps.EPOLLERR : EpollIoOps.EPOLLIN);
        }
        if (pause) {
            long untilNanos = begunNanos + pauseNanos;
            long delayNanos = Math.max(1, untilNanos - System.nanoTime());
            pauseEnd = context.nettyEventLoop().schedule(this::onPauseEnd, delayNanos, TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Ends the registration; done when {@code drain} will not be called again. Called on the event loop it is done when it returns. Then the
     * socket may be closed.
     */
    public Future<Void> deregister() {
        if (context.nettyEventLoop().inEventLoop()) {
            cancel();
            return context.succeededFuture();
        }
        Promise<Void> promise = context.promise();
        context.nettyEventLoop().execute(() -> {
            cancel();
            promise.complete();
        });
        return promise.future();
    }

    private void cancel() {
        closed = true;
        endPause();
        IoRegistration current = registration;
        registration = null;
        if (current != null) {
            current.cancel();
        }
    }

    private void endPause() {
        ScheduledFuture<?> pending = pauseEnd;
        pauseEnd = null;
        if (pending != null) {
            pending.cancel(false);
        }
    }

    /** For Netty, when the event loop ends: there is nothing to do, since the socket has its owner. */
    @Override
    public void close() {
        closed = true;
    }
}
