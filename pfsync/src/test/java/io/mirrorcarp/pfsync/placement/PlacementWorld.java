// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.placement;

import io.mirrorcarp.pfsync.placement.PlacementNode.Sending;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/** Nodes, the messages between them, and the flows that pass. A step is a message's way. */
final class PlacementWorld {
    /** After so many steps what has not come through is said again. */
    private static final int TIMER_STEPS = 20;

    /** A change of the roster reaches each node within so many steps, not at once. */
    private static final int ROSTER_STEPS = 15;

    private record Delivery(long step, long order, int from, int to, PlacementMessage message) {}

    private final RandomGenerator random;
    private final int copies;
    private final double loss;
    private final Map<Integer, PlacementNode> nodes = new TreeMap<>();

    /** In a split each node's side; nodes of two sides do not hear one another. */
    private final Map<Integer, Integer> sides = new TreeMap<>();

    private final Map<Integer, Long> rosterDue = new TreeMap<>();
    private final PriorityQueue<Delivery> deliveries =
            new PriorityQueue<>(Comparator.comparingLong(Delivery::step).thenComparingLong(Delivery::order));
    private final Map<Integer, Boolean> ended = new TreeMap<>();
    private final Set<Integer> lost = new TreeSet<>();
    private long step;
    private long order;
    private long view;
    private long transfers;
    private int nextFlow;

    /** @param loss the part of the messages that is lost, 0 to 1 */
    PlacementWorld(int count, int copies, double loss, RandomGenerator random) {
        this.random = random;
        this.loss = loss;
        this.copies = copies;
        for (int node = 0; node < count; node++) {
            start(node);
        }
    }

    // What happens to the nodes.

    /** A node comes, with an empty table. */
    void start(int node) {
        nodes.put(node, new PlacementNode(node, new Placement(copies)));
        sides.put(node, 0);
        rostersChange();
    }

    /** A node goes without a word. Flows that nobody else has are lost. */
    void kill(int node) {
        Set<Integer> known = flowsOf(node);
        nodes.remove(node);
        sides.remove(node);
        nodes.keySet().forEach(other -> known.removeAll(flowsOf(other)));
        lost.addAll(known);
        rostersChange();
    }

    /** Every node is on one of two sides. */
    void split() {
        sides.replaceAll((node, side) -> random.nextInt(2));
        rostersChange();
    }

    void heal() {
        sides.replaceAll((node, side) -> 0);
        rostersChange();
    }

    private void rostersChange() {
        view += 2;
        nodes.keySet().forEach(node -> rosterDue.put(node, step + 1 + random.nextInt(ROSTER_STEPS)));
    }

    private Set<Integer> flowsOf(int node) {
        return new HashSet<>(nodes.get(node).flows().keySet());
    }

    // What happens to the flows.

    int open(int node) {
        int flow = nextFlow++;
        ended.put(flow, false);
        send(node, nodes.get(node).onOpened(flow));
        return flow;
    }

    void packet(int node, int flow) {
        send(node, nodes.get(node).onPacket(flow));
    }

    /** Ends a flow where the node owns it. */
    void end(int node, int flow) {
        FlowCopy copy = nodes.get(node).flows().get(flow);
        if (copy != null && copy.owner() == node && !copy.ended()) {
            ended.put(flow, true);
            send(node, nodes.get(node).onEnded(flow));
        }
    }

    // Time.

    /** Lets a step pass. */
    void pass() {
        step++;
        for (int node : List.copyOf(nodes.keySet())) {
            if (rosterDue.getOrDefault(node, Long.MAX_VALUE) <= step) {
                rosterDue.remove(node);
                send(node, nodes.get(node).onRoster(view + sides.get(node), reach(node)));
            }
            if ((step + node) % TIMER_STEPS == 0) {
                send(node, nodes.get(node).onTimer());
            }
        }
        while (!deliveries.isEmpty() && deliveries.peek().step() <= step) {
            Delivery delivery = deliveries.remove();
            PlacementNode receiver = nodes.get(delivery.to());
            Integer side = sides.get(delivery.from());
            if (receiver != null && side != null && side.equals(sides.get(delivery.to()))) {
                deliver(receiver, delivery);
            }
        }
    }

    void pass(int steps) {
        for (int i = 0; i < steps; i++) {
            pass();
        }
    }

    private void deliver(PlacementNode receiver, Delivery delivery) {
        if (delivery.message() instanceof PlacementMessage.Put put) {
            FlowCopy known = receiver.flows().get(put.copy().flow());
            transfers += known == null || put.copy().beats(known) ? 1 : 0;
        }
        send(delivery.to(), receiver.onMessage(delivery.from(), delivery.message()));
    }

    private Set<Integer> reach(int node) {
        Set<Integer> reached = new TreeSet<>();
        sides.forEach((other, side) -> {
            if (side.equals(sides.get(node))) {
                reached.add(other);
            }
        });
        return reached;
    }

    private void send(int from, List<Sending> sendings) {
        for (Sending sending : sendings) {
            if (random.nextDouble() >= loss) {
                deliveries.add(
                        new Delivery(step + 1 + random.nextInt(3), order++, from, sending.to(), sending.message()));
            }
        }
    }

    // What is to be seen.

    Set<Integer> names() {
        return nodes.keySet();
    }

    PlacementNode node(int name) {
        return nodes.get(name);
    }

    int flows() {
        return nextFlow;
    }

    /** Copies that came to a node which did not have them. */
    long transfers() {
        return transfers;
    }

    /** Flows that were with nobody alive at some moment. */
    Set<Integer> lost() {
        return lost;
    }

    /** What is wrong with a world in which nothing happens any more: one line for each flow that is not where it should be. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        ended.forEach((flow, over) -> {
            if (!lost.contains(flow)) {
                fault(flow, over, faults);
            }
        });
        return faults;
    }

    private void fault(int flow, boolean over, List<String> faults) {
        Map<Integer, FlowCopy> copies = new TreeMap<>();
        nodes.forEach((name, node) -> {
            FlowCopy copy = node.flows().get(flow);
            if (copy != null) {
                copies.put(name, copy);
            }
        });
        if (copies.isEmpty()) {
            faults.add("flow " + flow + " is nowhere");
            return;
        }
        FlowCopy copy = copies.values().iterator().next();
        Set<Integer> due = new TreeSet<>(new Placement(this.copies).holders(copy, nodes.keySet()));
        if (nodes.containsKey(copy.owner())) {
            due.add(copy.owner());
        }
        if (!copies.keySet().equals(due) || new HashSet<>(copies.values()).size() != 1) {
            faults.add("flow " + flow + " is " + copies + ", and should be at " + due);
        } else if (over != copy.ended() && !over) {
            faults.add("flow " + flow + " is taken for ended");
        }
    }
}
