// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.route;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.carp.CarpSnapshot;
import io.mirrorcarp.daemon.config.AnnouncedAddress;
import io.mirrorcarp.netio.ErrnoException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts the addresses of [route.NAME] on {@code lo} and takes them away, as the election goes. They are on lease: each is renewed only when the election has answered, so a daemon that is
 * killed, frozen or stuck loses them by the kernel's hand within 2.4 s. What the kernel is asked for happens on a thread of its own.
 */
public final class AnnouncedAddresses {
    private static final long RENEWAL_MILLIS = 1_000;

    private final Vertx vertx;
    private final Supplier<Future<CarpSnapshot>> election;
    private final Consumer<String> log;
    private final ExecutorService kernel = Executors.newSingleThreadExecutor(AnnouncedAddresses::thread);
    private final LoopbackLeases leases = new LoopbackLeases();
    private final Set<String> refused = new HashSet<>();
    private volatile List<AnnouncedAddress> configured = List.of();
    private volatile List<AnnouncedAddress> present = List.of();
    private volatile boolean withdrawn;
    /** Runs while there are addresses to renew. */
    private @Nullable Long timer;

    /**
     * @param election asked for the roles and the demotion
     * @param log told of each address that comes or goes
     */
    public AnnouncedAddresses(Vertx vertx, Supplier<Future<CarpSnapshot>> election, Consumer<String> log) {
        this.vertx = vertx;
        this.election = election;
        this.log = log;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "announced addresses");
        thread.setDaemon(true);
        return thread;
    }

    /** From now on these are announced, as the election goes, and no others. */
    public synchronized Future<Void> change(List<AnnouncedAddress> addresses) {
        configured = List.copyOf(addresses);
        if (timer == null && !configured.isEmpty()) {
            timer = vertx.setPeriodic(RENEWAL_MILLIS, id -> look());
        } else if (timer != null && configured.isEmpty()) {
            vertx.cancelTimer(timer);
            timer = null;
        }
        return look();
    }

    /** Roles or demotion may have changed. Any thread may tell. */
    public Future<Void> look() {
        List<AnnouncedAddress> all = configured;
        if (withdrawn || (all.isEmpty() && present.isEmpty())) {
            return Future.succeededFuture();
        }
        return election.get()
                .compose(now -> inKernel(() -> settle(all.stream()
                        .filter(one -> AnnouncedWhen.holds(one, now))
                        .toList())));
    }

    /** Takes all of them away, for a planned stop, and completes when the longest of their drain times is over. None comes back. */
    public Future<Void> withdraw() {
        withdrawn = true;
        Promise<Void> drained = Promise.promise();
        inKernel(() -> {
                    long drainMillis = present.stream()
                            .mapToLong(one -> one.drain().toMillis())
                            .max()
                            .orElse(0);
                    settle(List.of());
                    if (drainMillis == 0) {
                        drained.complete();
                    } else {
                        vertx.setTimer(drainMillis, over -> drained.complete());
                    }
                })
                .onFailure(drained::tryFail);
        return drained.future();
    }

    private Future<Void> inKernel(Runnable work) {
        Promise<Void> done = Promise.promise();
        try {
            kernel.execute(() -> {
                work.run();
                done.complete();
            });
        } catch (RejectedExecutionException closed) {
            done.complete();
        }
        return done.future();
    }

    /** On the thread of the kernel's calls. */
    private void settle(List<AnnouncedAddress> wanted) {
        List<AnnouncedAddress> there = withdrawn ? List.of() : wanted;
        List<AnnouncedAddress> held = new ArrayList<>();
        for (AnnouncedAddress one : present) {
            if (!there.contains(one)) {
                remove(one);
            }
        }
        for (AnnouncedAddress one : there) {
            if (hold(one)) {
                held.add(one);
            }
        }
        present = held;
    }

    private void remove(AnnouncedAddress one) {
        try {
            leases.remove(one.address());
            log.accept(text(one) + " is withdrawn: not " + one.whenText());
        } catch (ErrnoException e) {
            log.accept(text(one) + " is not withdrawn, and ends in 2 s: " + e.getMessage());
        }
    }

    private boolean hold(AnnouncedAddress one) {
        try {
            if (present.contains(one)) {
                leases.renew(one.address());
            } else if (!leases.add(one.address())) {
                refuse(one, "the address is on lo already: remove it there");
                return false;
            } else {
                log.accept(text(one) + " is on lo: " + one.whenText());
            }
            refused.remove(one.name());
            return true;
        } catch (ErrnoException e) {
            refuse(one, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void refuse(AnnouncedAddress one, String reason) {
        if (refused.add(one.name())) {
            log.accept(text(one) + " is not announced: " + reason);
        }
    }

    private static String text(AnnouncedAddress one) {
        return one.name() + ": " + AddressText.format(one.address());
    }

    /** Takes what is left away. */
    public void close() {
        withdrawn = true;
        inKernel(() -> settle(List.of()));
        kernel.shutdown();
    }
}
