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
    private final Runnable drain;
    private final io.vertx.core.Handler<Void> guarded = this::runDrain;
    private @Nullable IoRegistration registration;
    private boolean closed;

    private EventLoopDescriptor(ContextInternal context, int fd, Runnable drain) {
        this.context = context;
        this.fd = new FileDescriptor(fd);
        this.drain = drain;
    }

    /**
     * Registers a descriptor.
     *
     * @param drain reads until there is nothing left or a batch limit is reached; called on the context
     * @return done when the first call can come; fails where the loop has no epoll
     */
    public static Future<EventLoopDescriptor> register(Context context, Descriptor descriptor, Runnable drain) {
        ContextInternal internal = (ContextInternal) context;
        EventLoop loop = internal.nettyEventLoop();
        if (!(loop instanceof IoEventLoop ioLoop) || !ioLoop.isCompatible(EventLoopDescriptor.class)) {
            return internal.failedFuture("the event loop has no epoll: build Vertx with preferNativeTransport");
        }
        EventLoopDescriptor handle = new EventLoopDescriptor(internal, descriptor.fd(), drain);
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
        if (!closed) {
            context.dispatch(null, guarded);
        }
    }

    private void runDrain(Void nothing) {
        try {
            drain.run();
        } catch (RuntimeException | Error e) {
            deregister();
            throw e;
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
        IoRegistration current = registration;
        registration = null;
        if (current != null) {
            current.cancel();
        }
    }

    /** For Netty, when the event loop ends: there is nothing to do, since the socket has its owner. */
    @Override
    public void close() {
        closed = true;
    }
}
