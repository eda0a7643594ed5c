// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.access.AuthFile;
import io.mirrorcarp.daemon.access.PasswordHash;
import io.mirrorcarp.daemon.access.Sessions;
import io.mirrorcarp.daemon.access.Sessions.Session;
import io.mirrorcarp.daemon.access.Throttle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.BlockPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets people in. One password is computed at a time, on a thread of its own with memory of its own, and few wait for it: guessing costs the daemon one
 * thread's time at most. Whoever guesses at a name is locked out of that one soon, an address that guesses at several names later, and a name for all
 * addresses last, so that nobody locks another out easily.
 */
final class Login {
    private static final Logger LOG = LoggerFactory.getLogger("carpd");
    private static final int WAITING_MAXIMUM = 8;
    private static final int TRIES_AT_NAME = 5;
    private static final int TRIES_OF_ADDRESS = 20;
    private static final int TRIES_OF_NAME = 50;
    private static final int MAXIMUM_PASSWORD = 1024;

    private final Accounts accounts;
    private final Sessions sessions;
    private final WorkerExecutor worker;
    private final Throttle pairs = new Throttle(TRIES_AT_NAME);
    private final Throttle addresses = new Throttle(TRIES_OF_ADDRESS);
    private final Throttle names = new Throttle(TRIES_OF_NAME);
    private @Nullable Guard guard;
    private int waiting;

    /**
     * What a check needs, made for the first one and kept.
     *
     * @param nobody for a name that nobody has: the answer must take as long
     */
    private record Guard(BlockPool memory, PasswordHash nobody) {
        static Guard make() {
            BlockPool memory = PasswordHash.memory();
            return new Guard(memory, PasswordHash.of("", new byte[PasswordHash.SALT_LENGTH], memory));
        }

        boolean isRight(AuthFile.@Nullable User user, String password) {
            PasswordHash hash = user == null ? nobody : user.hash();
            return hash.matches(password, memory) && user != null;
        }
    }

    Login(Vertx vertx, Accounts accounts, Sessions sessions) {
        this.accounts = accounts;
        this.sessions = sessions;
        worker = vertx.createSharedWorkerExecutor("web-login", 1);
    }

    /**
     * Checks a name and a password. Fails with a {@link Refusal}, which does not tell which of them is wrong.
     *
     * @param body {@code user} and {@code password}
     * @param address whose try it is
     */
    Future<Session> logIn(JsonObject body, String address) {
        String name = body.getValue("user") instanceof String text ? text : "";
        String password = body.getValue("password") instanceof String text ? text : "";
        if (!AuthFile.isName(name) || password.isEmpty() || password.length() > MAXIMUM_PASSWORD) {
            return Future.failedFuture(Refusal.badBody("user and password are needed"));
        }
        long nowNanos = System.nanoTime();
        long lockedNanos = lockedNanos(name, address, nowNanos);
        if (lockedNanos > 0) {
            return Future.failedFuture(locked(lockedNanos));
        }
        if (waiting >= WAITING_MAXIMUM) {
            return Future.failedFuture(
                    new Refusal(429, WebCounter.TOO_MANY, "others are logging in just now; try again"));
        }
        waiting++;
        return accounts.people()
                .compose(people -> isRight(people, name, password))
                .onComplete(checked -> waiting--)
                .compose(right -> right ? succeeded(name, address) : failed(name, address));
    }

    private long lockedNanos(String name, String address, long nowNanos) {
        long ofAddress =
                Math.max(pairs.lockedNanos(pair(name, address), nowNanos), addresses.lockedNanos(address, nowNanos));
        return Math.max(ofAddress, names.lockedNanos(name, nowNanos));
    }

    private static String pair(String name, String address) {
        return name + " " + address;
    }

    /** Only the one thread of the worker sees the guard. */
    private Future<Boolean> isRight(AuthFile people, String name, String password) {
        AuthFile.User user = people.users().get(name);
        return worker.executeBlocking(
                () -> {
                    if (guard == null) {
                        guard = Guard.make();
                    }
                    return guard.isRight(user, password);
                },
                true);
    }

    /** Whoever has one password of many does not guess at the others the longer for it: what the address did stays. */
    private Future<Session> succeeded(String name, String address) {
        pairs.succeeded(pair(name, address));
        names.succeeded(name);
        LOG.info("{} logged in to the web pages from {}", name, address);
        return Future.succeededFuture(sessions.begin(name, System.nanoTime()));
    }

    private Future<Session> failed(String name, String address) {
        long nowNanos = System.nanoTime();
        pairs.failed(pair(name, address), nowNanos);
        addresses.failed(address, nowNanos);
        names.failed(name, nowNanos);
        long lockedNanos = lockedNanos(name, address, nowNanos);
        LOG.warn(
                "a wrong name or password on the web pages from {}{}",
                address,
                lockedNanos == 0 ? "" : ", which is locked out for " + seconds(lockedNanos) + " s");
        return Future.failedFuture(new Refusal(401, WebCounter.BAD_LOGIN, "the name or the password is wrong"));
    }

    private static Refusal locked(long nanos) {
        return new Refusal(
                429,
                WebCounter.LOCKED,
                String.format(Locale.ROOT, "too many wrong passwords: try again in %d s", seconds(nanos)));
    }

    private static long seconds(long nanos) {
        return TimeUnit.NANOSECONDS.toSeconds(nanos) + 1;
    }

    void close() {
        worker.close();
    }
}
