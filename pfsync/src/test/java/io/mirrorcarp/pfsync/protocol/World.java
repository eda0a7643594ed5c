// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.FrameHeader;
import io.mirrorcarp.pfsync.session.PeerTable;
import io.mirrorcarp.pfsync.session.ReplicationSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Hosts on one sync network under a virtual clock. The network delays, loses, repeats and reorders frames and is cut in one direction or
 * both, as told. The same seed gives the same run.
 */
final class World {
    private record Event(long timeNanos, long order, Runnable action) {}

    private record Note(long timeNanos, String node, String what) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%8.3f %s %s", (timeNanos - 1_000_000_000L) / 1e9, node, what);
        }
    }

    private final Random random;
    private final Random paddingRandom;
    /** Other paths than the first have dice of their own, so that they change nothing of what a seed does to that one. */
    private final Random otherPathsRandom;

    private final FrameHeader header = new FrameHeader();
    private final PriorityQueue<Event> events = new PriorityQueue<>((a, b) ->
            a.timeNanos != b.timeNanos ? Long.compare(a.timeNanos, b.timeNanos) : Long.compare(a.order, b.order));
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<String> transcript = new ArrayList<>();
    /** By path. */
    private final boolean[][][] cut = new boolean[Control.MAX_PATHS][PeerTable.MAX_PEERS + 1][PeerTable.MAX_PEERS + 1];

    private final Map<FlowKey, List<Note>> histories = new HashMap<>();
    private String blame;
    private long nowNanos = 1_000_000_000L;
    private long order;

    double loss;
    double repetition;
    long longestDelayNanos = 200_000;
    long shortestDelayNanos = 20_000;
    /** Frames to lose, whatever the rest says. */
    Predicate<byte[]> isLost = frame -> false;
    /** The same by path. */
    BiPredicate<Integer, byte[]> lost = (path, frame) -> false;
    /** Whether the first path of one node leads to the second one of another. */
    boolean crossed;
    /** Whether a frame comes out of every path, whatever path it went by. */
    boolean joined;
    /** Frames as they passed, for replays. */
    List<byte[]> recording;

    World(long seed) {
        paddingRandom = new Random(~seed);
        otherPathsRandom = new Random(seed * 31 + 7);
        random = new Random(seed);
    }

    Random random() {
        return random;
    }

    long nowNanos() {
        return nowNanos;
    }

    List<SimulatedNode> nodes() {
        return nodes;
    }

    SimulatedNode add(String name) {
        SimulatedNode node = new SimulatedNode(this, name, 0x10 + nodes.size());
        nodes.add(node);
        return node;
    }

    void at(long timeNanos, Runnable action) {
        events.add(new Event(timeNanos, order++, action));
    }

    void after(long nanos, Runnable action) {
        at(nowNanos + nanos, action);
    }

    void runMillis(long millis) {
        long end = nowNanos + millis * 1_000_000;
        while (!events.isEmpty() && events.peek().timeNanos <= end) {
            Event event = events.poll();
            nowNanos = Math.max(nowNanos, event.timeNanos);
            event.action.run();
            nodes.forEach(SimulatedNode::arm);
        }
        nowNanos = end;
    }

    /** Cuts, or mends, the way from one host to another, by the first path. */
    void cut(SimulatedNode from, SimulatedNode to, boolean isCut) {
        cut(0, from, to, isCut);
    }

    /** The same by any path. */
    void cut(int path, SimulatedNode from, SimulatedNode to, boolean isCut) {
        cut[path][nodes.indexOf(from)][nodes.indexOf(to)] = isCut;
    }

    /** Dice for what happens to other paths than the first. */
    Random otherPathsRandom() {
        return otherPathsRandom;
    }

    void mendAll() {
        for (boolean[][] path : cut) {
            for (boolean[] row : path) {
                java.util.Arrays.fill(row, false);
            }
        }
        loss = 0;
        repetition = 0;
        longestDelayNanos = 200_000;
    }

    void transmit(SimulatedNode from, int path, byte[] frame) {
        if (recording != null) {
            recording.add(frame);
        }
        for (SimulatedNode to : nodes) {
            if (to == from || isLost.test(frame) || lost.test(path, frame)) {
                continue;
            }
            Random dice = path > 0 ? otherPathsRandom : isPadding(frame) ? paddingRandom : random;
            int copies = dice.nextDouble() < repetition ? 2 : 1;
            for (int i = 0; i < copies; i++) {
                if (!cut[path][nodes.indexOf(from)][nodes.indexOf(to)] && dice.nextDouble() >= loss) {
                    after(shortestDelayNanos + dice.nextLong(longestDelayNanos), () -> arrive(to, path, frame));
                }
            }
        }
    }

    private void arrive(SimulatedNode to, int path, byte[] frame) {
        to.receive(crossed ? 1 - path : path, frame);
        if (joined) {
            to.receive(1 - path, frame);
        }
    }

    /** A long control frame is there to try the path. It has dice of its own, so that it changes nothing of what a seed does besides. */
    private boolean isPadding(byte[] frame) {
        return frame.length >= ReplicationSettings.MIN_FRAME_BYTES - 16
                && header.parse(frame, 0, frame.length) == null
                && !header.stream;
    }

    void trace(String node, String what) {
        transcript.add(String.format(Locale.ROOT, "%8.3f %s %s", (nowNanos - 1_000_000_000L) / 1e9, node, what));
    }

    /** Notes what happened to a flow, or with no key, to all of them. */
    void note(@Nullable FlowKey key, String node, String what) {
        histories.computeIfAbsent(key, none -> new ArrayList<>()).add(new Note(nowNanos, node, what));
    }

    /** What is wrong with a flow, and all that happened to it. */
    String history(FlowKey key, String wrong) {
        return Stream.of(key, null)
                .flatMap(each -> histories.getOrDefault(each, List.of()).stream())
                .sorted(Comparator.comparingLong(Note::timeNanos))
                .map(Note::toString)
                .collect(Collectors.joining("\n", wrong + "\n", ""));
    }

    /** Something happened that must not. The first such thing counts. */
    void blame(FlowKey key, String wrong) {
        if (blame == null) {
            note(key, "    ", "HERE: " + wrong);
            blame = history(key, wrong);
        }
    }

    /** What happened that must not, or null. */
    @Nullable
    String blame() {
        return blame;
    }

    List<String> transcript() {
        return transcript;
    }
}
