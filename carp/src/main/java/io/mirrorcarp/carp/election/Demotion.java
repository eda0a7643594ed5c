// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The demotion counter of the node, net.inet.carp.demotion, as the sum of its sources; and a counter for each group, which
 * adds the sources of the group alone. Not thread-safe.
 */
public final class Demotion {
    private record Key(String name, String subject, String group) {}

    private final Map<Key, DemotionSource> sources = new LinkedHashMap<>();

    /**
     * Adds a source, or replaces the one with its name, subject and group. One of value 0 removes it.
     *
     * @return the change to log and to give to the virtual hosts, or null when the counter stays
     */
    public @Nullable DemotionChange raise(DemotionSource source) {
        Key key = new Key(source.name(), source.subject(), source.group());
        if (source.value() == 0) {
            return remove(key, source.reason());
        }
        DemotionSource earlier = sources.get(key);
        sources.put(key, earlier == null ? source : source.replacing(earlier));
        return change(source.group(), source.value() - (earlier == null ? 0L : earlier.value()), source.reason());
    }

    /** Removes a source of the node; null when there was none. */
    public @Nullable DemotionChange clear(String name, String subject, String reason) {
        return clear(name, subject, "", reason);
    }

    /** Removes a source of a group; null when there was none. */
    public @Nullable DemotionChange clear(String name, String subject, String group, String reason) {
        return remove(new Key(name, subject, group), reason);
    }

    private @Nullable DemotionChange remove(Key key, String reason) {
        DemotionSource gone = sources.remove(key);
        return gone == null ? null : change(gone.group(), -(long) gone.value(), reason);
    }

    /** Adds to the administrator's own source, as writing the sysctl does. */
    public @Nullable DemotionChange add(int delta, String reason, long nowNanos) {
        DemotionSource earlier = sources.get(new Key(DemotionSource.ADMIN, "", ""));
        int value = clamp((earlier == null ? 0L : earlier.value()) + delta);
        DemotionSource changed = DemotionSource.of(DemotionSource.ADMIN, "", value, reason, nowNanos);
        return raise(earlier == null ? changed : changed.until(earlier.untilNanos()));
    }

    /** Ends the sources whose time is over. */
    public List<DemotionChange> onDeadline(long nowNanos) {
        List<DemotionChange> changes = new ArrayList<>();
        for (DemotionSource source : sources()) {
            if (nowNanos >= source.untilNanos()) {
                Key key = new Key(source.name(), source.subject(), source.group());
                DemotionChange change = remove(key, source.reason() + ", time over");
                if (change != null) {
                    changes.add(change);
                }
            }
        }
        return changes;
    }

    /** When the next source ends by itself, or {@link CarpInstance#NEVER}. */
    public long nextDeadlineNanos() {
        long next = CarpInstance.NEVER;
        for (DemotionSource source : sources.values()) {
            next = Math.min(next, source.untilNanos());
        }
        return next;
    }

    /** The counter of the node. */
    public int total() {
        return totalFor("");
    }

    /** The counter for a virtual host of a group: the node's and the group's together. */
    public int totalFor(String group) {
        return clamp(sources.values().stream()
                .filter(source -> source.concerns(group))
                .mapToLong(DemotionSource::value)
                .sum());
    }

    /** The number of problems of the node and of all groups: net.inet.carp.suppress_preempt. */
    public int suppressPreempt() {
        return (int) sources.values().stream().filter(DemotionSource::isProblem).count();
    }

    /** The problems that concern a group, the node's included: while there is one, its virtual hosts displace no master. */
    public int suppressPreemptFor(String group) {
        return (int) sources.values().stream()
                .filter(source -> source.isProblem() && source.concerns(group))
                .count();
    }

    /** In the order in which they came. */
    public List<DemotionSource> sources() {
        return List.copyOf(sources.values());
    }

    private @Nullable DemotionChange change(String group, long by, String reason) {
        return by == 0 ? null : new DemotionChange(group, clamp(by), totalFor(group), reason);
    }

    private static int clamp(long value) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }
}
