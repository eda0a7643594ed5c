// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.CarpAction;
import io.mirrorcarp.carp.election.CarpInstance;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.io.AdvertSocket;
import io.mirrorcarp.carp.io.CarpNetwork;
import io.mirrorcarp.carp.io.CarpdevStatus;
import io.mirrorcarp.carp.io.LinkMonitor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * CARP on this node. Deploy it alone on an event loop: an advertisement must not wait.
 *
 * <p>The start removes what a crashed process left, makes the carpdevs ready, opens their sockets and starts the elections; it fails where a
 * carpdev does not exist. The stop bows out, releases the addresses, puts the kernel's settings back, and is done then.
 *
 * <p>The methods may be called from any thread once the verticle is deployed. Times in what they take and give are those of {@link System#nanoTime}.
 */
public final class CarpVerticle extends VerticleBase {
    private final List<VirtualHost> hosts;
    private final CarpOptions options;
    private final CarpNetwork network;
    private final CarpListener listener;
    private final Supplier<Future<Void>> statesReady;
    private @Nullable CarpNode node;
    private @Nullable LinkMonitor monitor;
    private boolean running;

    /**
     * @param hosts no two of one vhid on one carpdev, no two of one name
     * @param statesReady asked before a takeover where the settings have a barrier: the future is done when every state that came from the peer
     *     is in the kernel. Called on the election's event loop; may be completed anywhere. If it fails, the limit of the barrier decides
     */
    public CarpVerticle(
            List<VirtualHost> hosts,
            CarpOptions options,
            CarpNetwork network,
            CarpListener listener,
            Supplier<Future<Void>> statesReady) {
        this.hosts = List.copyOf(hosts);
        this.options = options;
        this.network = network;
        this.listener = listener;
        this.statesReady = statesReady;
    }

    @Override
    public void init(Vertx vertx, Context context) {
        super.init(vertx, context);
        context.exceptionHandler(listener::onFailure);
    }

    @Override
    public Future<?> start() {
        CarpNode started = new CarpNode(context, hosts, options, network.addresses(), listener, statesReady);
        node = started;
        List<String> names = started.carpdevs().stream().map(Carpdev::name).toList();
        return blocking(() -> network.addresses().recover())
                .compose(recovered -> network.watch(context, names, this::onCarpdev))
                .compose(opened -> {
                    monitor = opened;
                    List<Future<Void>> sockets = new ArrayList<>();
                    started.carpdevs().forEach(carpdev -> sockets.add(open(carpdev)));
                    return Future.all(sockets);
                })
                .onSuccess(opened -> {
                    running = true;
                    started.input(started::start);
                })
                .recover(failure -> closeAll(started).transform(closed -> Future.failedFuture(failure)));
    }

    private Future<Void> open(Carpdev carpdev) {
        CarpdevStatus status = carpdev.status();
        if (!status.isPresent()) {
            return Future.failedFuture("carpdev " + carpdev.name() + " does not exist");
        }
        CarpNode current = Objects.requireNonNull(node);
        return blocking(() -> network.addresses().prepare(carpdev.name()))
                .compose(prepared -> network.open(context, status, carpdev.families(), frame -> {
                    if (running) {
                        current.input(() -> current.receive(carpdev, frame));
                    }
                }))
                .compose(socket -> adopt(carpdev, socket, status.ifindex()));
    }

    /** Keeps the socket, unless the interface was replaced meanwhile. */
    private static Future<Void> adopt(Carpdev carpdev, AdvertSocket socket, int ifindex) {
        if (carpdev.status().ifindex() != ifindex) {
            return socket.close();
        }
        carpdev.setSocket(socket, ifindex);
        return Future.succeededFuture();
    }

    private void onCarpdev(CarpdevStatus status) {
        CarpNode current = Objects.requireNonNull(node);
        Carpdev carpdev = Objects.requireNonNull(current.carpdev(status.carpdev()));
        boolean wasThere = carpdev.hasSocket();
        carpdev.setStatus(status);
        if (!running) {
            return;
        }
        current.input(() -> current.applyLink(carpdev));
        if (wasThere && !carpdev.hasSocket()) {
            carpdev.closeSocket();
        }
        if (status.isPresent() && !carpdev.hasSocket()) {
            open(carpdev)
                    .onSuccess(opened -> current.input(() -> current.applyLink(carpdev)))
                    .onFailure(e -> current.log().trouble("open " + carpdev.name() + ": " + e.getMessage()));
        }
    }

    @Override
    public Future<?> stop() {
        CarpNode stopping = Objects.requireNonNull(node);
        stopping.input(stopping::shutdown);
        running = false;
        return blocking(() -> network.addresses().restore()).eventually(() -> closeAll(stopping));
    }

    private Future<Void> closeAll(CarpNode closing) {
        running = false;
        closing.cancelTimer();
        List<Future<Void>> closed = new ArrayList<>();
        closing.carpdevs().forEach(carpdev -> closed.add(carpdev.closeSocket()));
        if (monitor != null) {
            closed.add(monitor.close());
        }
        return Future.join(closed).mapEmpty();
    }

    private interface Blocking {
        void run() throws IOException;
    }

    /** After all earlier work of the node on its addresses. */
    private Future<Void> blocking(Blocking work) {
        return context.executeBlocking(
                () -> {
                    work.run();
                    return null;
                },
                true);
    }

    // From outside.

    /** The state of everything. */
    public Future<CarpSnapshot> snapshot() {
        return call(CarpNode::snapshot);
    }

    /** Adds a source of demotion, or replaces the one of its name and subject. */
    public Future<Void> raiseDemotion(DemotionSource source) {
        return input(running -> running.raise(source));
    }

    /** Ends a source of demotion, if it is there. */
    public Future<Void> clearDemotion(String name, String subject, String reason) {
        return input(running -> running.clear(name, subject, reason));
    }

    /** Writes net.inet.carp.demotion: adds to the administrator's own source. */
    public Future<Void> addDemotion(int delta, String reason) {
        return input(running -> running.addDemotion(delta, reason));
    }

    /** Writes net.inet.carp.allow. */
    public Future<Void> setAllow(boolean allow) {
        return input(running -> running.setAllow(allow));
    }

    /** Writes net.inet.carp.preempt. */
    public Future<Void> setPreempt(boolean preempt) {
        return input(running -> running.setPreempt(preempt));
    }

    /** Writes net.inet.carp.log. */
    public Future<Void> setLogLevel(int level) {
        return input(running -> running.log().setLevel(level));
    }

    /**
     * Nudges a virtual host.
     *
     * @return its state behind it, which may still wait for a takeover; fails with {@link IllegalArgumentException} where there is none of that name
     */
    public Future<CarpState> nudge(String name, Nudge nudge) {
        return call(running -> {
            RunningHost host = running.host(name);
            if (host == null) {
                throw new IllegalArgumentException("no virtual host " + name);
            }
            running.input(() -> host.perform(nudged(host.instance(), nudge, running.nowNanos())));
            return host.instance().state();
        });
    }

    private static List<CarpAction> nudged(CarpInstance instance, Nudge nudge, long nowNanos) {
        return switch (nudge) {
            case DOWN -> instance.onDisable(nowNanos);
            case UP -> instance.onEnable(nowNanos);
            case MASTER -> instance.onForcedState(CarpState.MASTER, nowNanos);
            case BACKUP -> instance.onForcedState(CarpState.BACKUP, nowNanos);
        };
    }

    private Future<Void> input(Consumer<CarpNode> what) {
        return call(present -> {
                    present.input(() -> what.accept(present));
                    return true;
                })
                .mapEmpty();
    }

    /** Runs it on the context. What is wrong with the arguments fails the future; anything else is a fault of the election as well. */
    private <T> Future<T> call(Function<CarpNode, T> what) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(nothing -> {
            CarpNode present = node;
            if (present == null || !running) {
                promise.fail("CARP is not running");
                return;
            }
            try {
                promise.complete(what.apply(present));
            } catch (IllegalArgumentException e) {
                promise.fail(e);
            } catch (RuntimeException e) {
                promise.fail(e);
                listener.onFailure(e);
            }
        });
        return promise.future();
    }
}
