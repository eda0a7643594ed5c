// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that are master of the same at once, as they tell one another over the state channel: also where they do not hear one another on the segment, and so do not know it there. To be looked at each second,
 * and with each change of a role. Not thread-safe.
 */
final class DoubleMasters {
    /** What is shorter is a role that moves. */
    private static final long SHORTEST_NANOS = 2_000_000_000L;

    /** Those of a group give way one after the other, and are told of together. */
    private static final long GATHERED_NANOS = 1_500_000_000L;

    /** The state channel is back by then, or it is not known who the other one was. */
    private static final long LONGEST_WAIT_NANOS = 30_000_000_000L;

    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * A virtual host of this node became master, or anything else.
     *
     * @param gaveWay whether it is backup now, since it heard a better master, or one that replaced it
     */
    record Change(String name, boolean master, boolean gaveWay, long atNanos) {}

    /**
     * The same on a peer.
     *
     * @param name of this node's
     * @param masterNanos for how long it has been master, where it is
     */
    record Other(String node, String name, boolean master, long masterNanos) {}

    /**
     * What follows.
     *
     * @param lines to be told
     * @param rid of which virtual hosts this node is the only master again
     */
    record Result(List<String> lines, List<String> rid) {}

    /** @param to who was master when this node was not any more, as soon as that is known: it may give way again soon */
    private record GivenUp(
            String name,
            long beganNanos,
            long endedNanos,
            long flows,
            @Nullable Successor to) {
        GivenUp after(Successor successor) {
            return new GivenUp(name, beganNanos, endedNanos, flows, successor);
        }
    }

    /** @param masterNanos for how long it had been master by then */
    private record Successor(String node, long masterNanos) {}

    /** Those of which this node is master, and since when. */
    private final Map<String, Long> masterSinceNanos = new HashMap<>();

    private final Set<String> doubled = new HashSet<>();
    private final List<GivenUp> givenUp = new ArrayList<>();

    /**
     * How it stands now.
     *
     * @param node the name of this one
     * @param changes of its virtual hosts since the look before, in their order
     * @param others what the peers say now
     * @param flows how many this node owns
     */
    Result look(String node, List<Change> changes, List<Other> others, long flows, long nowNanos) {
        changes.forEach(change -> follow(change, flows));
        Set<String> before = Set.copyOf(doubled);
        doubled.clear();
        others.stream()
                .filter(other -> other.master() && masterSinceNanos.containsKey(other.name()))
                .forEach(other -> doubled.add(other.name()));
        List<String> rid = before.stream()
                .filter(name -> !doubled.contains(name) && masterSinceNanos.containsKey(name))
                .toList();
        givenUp.replaceAll(gone -> gone.to() == null ? withSuccessor(gone, others, nowNanos) : gone);
        return new Result(healed(node, nowNanos), rid);
    }

    private void follow(Change change, long flows) {
        if (change.master()) {
            masterSinceNanos.put(change.name(), change.atNanos());
            return;
        }
        Long began = masterSinceNanos.remove(change.name());
        if (began != null && change.gaveWay()) {
            givenUp.add(new GivenUp(change.name(), began, change.atNanos(), flows, null));
        }
    }

    private static GivenUp withSuccessor(GivenUp gone, List<Other> others, long nowNanos) {
        return others.stream()
                .filter(other -> other.master() && other.name().equals(gone.name()))
                .findFirst()
                .map(other ->
                        gone.after(new Successor(other.node(), other.masterNanos() - (nowNanos - gone.endedNanos()))))
                .orElse(gone);
    }

    private List<String> healed(String node, long nowNanos) {
        boolean gathers = givenUp.stream().anyMatch(gone -> nowNanos - gone.endedNanos() < GATHERED_NANOS);
        if (gathers) {
            return List.of();
        }
        Map<String, List<String>> byPeer = new LinkedHashMap<>();
        long flows = givenUp.stream().mapToLong(GivenUp::flows).max().orElse(0);
        for (GivenUp gone : givenUp) {
            if (gone.to() != null) {
                addWords(node, gone, gone.to(), byPeer);
            }
        }
        givenUp.removeIf(gone -> gone.to() != null || nowNanos - gone.endedNanos() > LONGEST_WAIT_NANOS);
        return byPeer.entrySet().stream()
                .map(entry -> "a partition has healed: " + String.join(", ", entry.getValue()) + "; " + node
                        + " gave way, and its " + flows + (flows == 1 ? " flow goes" : " flows go") + " on through "
                        + entry.getKey())
                .collect(Collectors.toList());
    }

    private static void addWords(String node, GivenUp gone, Successor to, Map<String, List<String>> byPeer) {
        long ownNanos = gone.endedNanos() - gone.beganNanos();
        if (Math.min(ownNanos, to.masterNanos()) >= SHORTEST_NANOS) {
            byPeer.computeIfAbsent(to.node(), any -> new ArrayList<>())
                    .add("MASTER of " + gone.name() + " were " + node + " for " + seconds(ownNanos) + " and "
                            + to.node() + " for " + seconds(to.masterNanos()));
        }
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f s", nanos / NANOS_PER_SECOND);
    }
}
