// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.placement;

import io.mirrorcarp.pfsync.placement.PlacementMessage.Answer;
import io.mirrorcarp.pfsync.placement.PlacementMessage.Ask;
import io.mirrorcarp.pfsync.placement.PlacementMessage.Held;
import io.mirrorcarp.pfsync.placement.PlacementMessage.Put;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A node that holds the flows that it owns, and the copies that {@link Placement} gives to it. A machine: it is told what happened, and
 * answers with what to send.
 *
 * <p>Who is in the roster is somebody else's knowledge. It may differ between nodes for a while, and for long in a split: each side then
 * places its flows among its own nodes.
 */
final class PlacementNode {
    /** A message and who is to get it. */
    record Sending(int to, PlacementMessage message) {}

    /** Stands for the digests of decision 4: what holders have is compared with what the owner has, though nothing was lost. */
    private static final int TIMERS_BETWEEN_COMPARISONS = 5;

    private final int self;
    private final Placement placement;
    private final Map<Integer, FlowCopy> flows = new TreeMap<>();

    /** Of each flow the nodes that have said that they hold what is known here, or something that counts more. */
    private final Map<Integer, Set<Integer>> heldBy = new HashMap<>();

    /** Flows of which a packet waits, and who has not answered yet. */
    private final Map<Integer, Set<Integer>> asked = new TreeMap<>();

    /** Those of them for which every node was asked, and not the holders only. */
    private final Set<Integer> everybodyAsked = new HashSet<>();

    /** Flows of which something is new. */
    private final Set<Integer> touched = new TreeSet<>();

    private final List<Integer> unknown = new ArrayList<>();
    private final List<Sending> out = new ArrayList<>();
    private SortedSet<Integer> roster;
    private long view;
    private int timers;

    PlacementNode(int self, Placement placement) {
        this.self = self;
        this.placement = placement;
        roster = new TreeSet<>(Set.of(self));
    }

    /**
     * These are the nodes that are there. What was said by another roster does not count any more: whoever said it may let the flow go by
     * this one.
     *
     * @param number the same for all nodes that have this roster
     */
    List<Sending> onRoster(long number, Set<Integer> members) {
        heldBy.clear();
        view = number;
        roster = new TreeSet<>(members);
        List.copyOf(asked.keySet()).forEach(this::askEverybody);
        return onTimer();
    }

    /** A flow begins here. */
    List<Sending> onOpened(int flow) {
        learn(FlowCopy.opened(flow, self));
        return done();
    }

    /** A packet of a flow came. Where it is unknown the packet waits, and the holders are asked. */
    List<Sending> onPacket(int flow) {
        FlowCopy known = flows.get(flow);
        if (known == null) {
            if (!asked.containsKey(flow)) {
                ask(flow, new HashSet<>(placement.candidates(Placement.bucket(flow), roster)));
            }
        } else {
            claim(flow);
        }
        return done();
    }

    /** A flow that this node owns has ended. */
    List<Sending> onEnded(int flow) {
        learn(flows.get(flow).endedBy(self));
        return done();
    }

    List<Sending> onMessage(int from, PlacementMessage message) {
        if (message instanceof Put put) {
            merge(put.copy());
            out.add(new Sending(from, new Held(flows.get(put.copy().flow()), view)));
        } else if (message instanceof Held held) {
            onHeld(from, held);
        } else if (message instanceof Ask ask) {
            out.add(new Sending(from, new Answer(ask.flow(), flows.get(ask.flow()))));
        } else if (message instanceof Answer answer) {
            onAnswer(from, answer);
        }
        return done();
    }

    private void onHeld(int from, Held held) {
        FlowCopy copy = held.copy();
        merge(copy);
        if (held.view() == view && copy.equals(flows.get(copy.flow()))) {
            heldBy.computeIfAbsent(copy.flow(), key -> new HashSet<>()).add(from);
            if (isFree(copy)) {
                flows.remove(copy.flow());
                heldBy.remove(copy.flow());
            }
        }
    }

    private void onAnswer(int from, Answer answer) {
        Set<Integer> waiting = asked.get(answer.flow());
        if (waiting == null) {
            return;
        }
        FlowCopy copy = answer.copy();
        if (copy != null) {
            asked.remove(answer.flow());
            everybodyAsked.remove(answer.flow());
            merge(copy);
            claim(answer.flow());
        } else if (waiting.remove(from) && waiting.isEmpty()) {
            if (everybodyAsked.contains(answer.flow())) {
                giveUp(answer.flow());
            } else {
                askEverybody(answer.flow());
            }
        }
    }

    private void claim(int flow) {
        FlowCopy known = flows.get(flow);
        if (!known.ended()) {
            learn(known.changedBy(self));
        }
    }

    /** The holders may not have it yet; then somebody else has it still. */
    private void askEverybody(int flow) {
        everybodyAsked.add(flow);
        ask(flow, new HashSet<>(roster));
    }

    private void ask(int flow, Set<Integer> whom) {
        whom.remove(self);
        if (whom.isEmpty()) {
            giveUp(flow);
        } else {
            asked.put(flow, whom);
            whom.forEach(node -> out.add(new Sending(node, new Ask(flow))));
        }
    }

    private void giveUp(int flow) {
        asked.remove(flow);
        everybodyAsked.remove(flow);
        unknown.add(flow);
    }

    private void merge(FlowCopy copy) {
        FlowCopy known = flows.get(copy.flow());
        if (known == null || copy.beats(known)) {
            learn(copy);
        }
    }

    private void learn(FlowCopy copy) {
        flows.put(copy.flow(), copy);
        heldBy.remove(copy.flow());
        touched.add(copy.flow());
    }

    /** Says again what has not come through. To be called once in a while. */
    List<Sending> onTimer() {
        if (++timers % TIMERS_BETWEEN_COMPARISONS == 0) {
            heldBy.clear();
        }
        asked.forEach((flow, waiting) -> waiting.forEach(node -> out.add(new Sending(node, new Ask(flow)))));
        touched.addAll(flows.keySet());
        return done();
    }

    private List<Sending> done() {
        for (int flow : touched) {
            FlowCopy copy = flows.get(flow);
            if (copy != null && isFree(copy)) {
                flows.remove(flow);
                heldBy.remove(flow);
            } else if (copy != null) {
                missing(copy).forEach(node -> out.add(new Sending(node, new Put(copy, view))));
            }
        }
        touched.clear();
        List<Sending> sendings = List.copyOf(out);
        out.clear();
        return sendings;
    }

    /** Whether the node need not keep it: it is neither its owner nor a holder, and knows that all those have it. */
    private boolean isFree(FlowCopy copy) {
        return !due(copy).contains(self) && missing(copy).isEmpty();
    }

    /** Who is to have it. */
    private Set<Integer> due(FlowCopy copy) {
        Set<Integer> due = new TreeSet<>(placement.holders(copy, roster));
        if (roster.contains(copy.owner())) {
            due.add(copy.owner());
        }
        return due;
    }

    /** Who is to have it, and has not said that it does. */
    private Set<Integer> missing(FlowCopy copy) {
        Set<Integer> missing = due(copy);
        missing.remove(self);
        missing.removeAll(heldBy.getOrDefault(copy.flow(), Set.of()));
        return missing;
    }

    /** What the node knows. */
    Map<Integer, FlowCopy> flows() {
        return flows;
    }

    /** Flows whose packets are dropped, since nobody who was there knew them; they are told once. */
    List<Integer> takeUnknown() {
        List<Integer> taken = List.copyOf(unknown);
        unknown.clear();
        return taken;
    }
}
