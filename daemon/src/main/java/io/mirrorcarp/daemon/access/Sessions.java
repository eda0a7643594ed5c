// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The people who have logged in. A session ends when it is left, after half an hour without a request, and after twelve hours at the latest. Time is
 * that of {@code System.nanoTime()}.
 */
public final class Sessions {
    public static final int KEY_LENGTH = 32;

    static final long IDLE_LIMIT_NANOS = 30L * 60 * 1_000_000_000;
    static final long LIMIT_NANOS = 12L * 3600 * 1_000_000_000;
    /** The longest unused one goes before there are more. */
    static final int MAXIMUM = 64;

    /** In the order of their last requests. */
    private final Map<String, Used> byKey = new LinkedHashMap<>();

    private final Supplier<byte[]> randomKeys;

    /**
     * One of them.
     *
     * @param key what the cookie holds
     * @param user what that one may do now is in {@link AuthFile}
     * @param csrf what each request that changes something must have in its header, so that it comes from our page
     */
    public record Session(String key, String csrf, String user) {
        /** Compares in constant time. */
        public boolean isCsrf(String told) {
            return MessageDigest.isEqual(
                    csrf.getBytes(StandardCharsets.US_ASCII), told.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "session of " + user;
        }
    }

    private record Used(Session session, long sinceNanos, long lastNanos) {
        boolean isOver(long nowNanos) {
            return nowNanos - lastNanos >= IDLE_LIMIT_NANOS || nowNanos - sinceNanos >= LIMIT_NANOS;
        }
    }

    /** @param randomKeys gives {@link #KEY_LENGTH} bytes that nobody can guess, anew each time */
    public Sessions(Supplier<byte[]> randomKeys) {
        this.randomKeys = randomKeys;
    }

    /** Somebody has logged in. */
    public Session begin(String user, long nowNanos) {
        byKey.values().removeIf(used -> used.isOver(nowNanos));
        if (byKey.size() >= MAXIMUM) {
            byKey.remove(byKey.keySet().iterator().next());
        }
        Session session = new Session(newKey(), newKey(), user);
        byKey.put(session.key(), new Used(session, nowNanos, nowNanos));
        return session;
    }

    private String newKey() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(randomKeys.get());
    }

    /** The session of a key, which is used now. Keys are too long to be found out by the time that this takes. */
    public Optional<Session> find(String key, long nowNanos) {
        Used used = byKey.remove(key);
        if (used == null || used.isOver(nowNanos)) {
            return Optional.empty();
        }
        byKey.put(key, new Used(used.session(), used.sinceNanos(), nowNanos));
        return Optional.of(used.session());
    }

    /** Whether the session of a key goes on; it does not count as used. */
    public boolean isLive(String key, long nowNanos) {
        Used used = byKey.get(key);
        return used != null && !used.isOver(nowNanos);
    }

    /** Whoever had it has left, or may no longer come. */
    public void end(String key) {
        byKey.remove(key);
    }

    /** Of somebody whose password or role is another now, or who is gone. */
    public void endAllOf(String user) {
        byKey.values().removeIf(used -> used.session().user().equals(user));
    }

    int size() {
        return byKey.size();
    }
}
