// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.message.Described;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Random traffic and random trouble for the hosts of a world, and what must be true nevertheless. */
final class Chaos {
    /** Whether flows count of which nobody may be left who knows: see {@link #isDue}. */
    private static final boolean STRICT = Boolean.getBoolean("simulation.strict");

    /** Everything is well so long after the last trouble. */
    private static final long MENDING_NANOS = 5_000_000_000L;

    private static final long COLLECTION_NANOS = 500_000_000;

    private final World world;
    private final List<SimulatedNode> nodes;
    private final Traffic traffic;
    private final Trouble trouble;

    Chaos(World world, int connections) {
        this.world = world;
        nodes = world.nodes();
        traffic = new Traffic(world, connections);
        trouble = new Trouble(world, traffic);
    }

    void begin() {
        // Each may have packets: what is deleted there by hand shall end everywhere.
        nodes.forEach(node -> node.isMaster = true);
        nodes.forEach(node -> world.after(world.random().nextLong(500_000_000L), () -> {
            if (!node.isUp()) {
                node.start();
            }
        }));
        traffic.begin();
        trouble.begin();
        world.after(COLLECTION_NANOS, this::collect);
    }

    private void collect() {
        nodes.forEach(node -> node.kernel.expire());
        world.after(COLLECTION_NANOS, this::collect);
    }

    /** No more traffic and no more trouble. */
    void calm() {
        traffic.stop();
        trouble.stop();
    }

    /** What is wrong once the network has been well for a while, or null. */
    @Nullable
    String verdict() {
        if (world.blame() != null) {
            return world.blame();
        }
        for (FlowKey key : keys()) {
            Connection connection = traffic.connections().get(key);
            String wrong = isDue(connection) ? wrong(connection) : null;
            if (wrong != null) {
                return world.history(key, wrong);
            }
        }
        for (SimulatedNode node : nodes) {
            if (node.verdict != Verdict.IN_SYNC || node.demoted || !node.preemptAllowed || !node.kernel.isFlushed()) {
                return node.name + " is " + node.verdict.label() + (node.demoted ? ", demoted" : "")
                        + (node.preemptAllowed ? "" : ", must not preempt") + System.lineSeparator()
                        + node.machine.status(world.nowNanos());
            }
        }
        return null;
    }

    /**
     * Whether a flow must be as it should be. When two daemons were down since it began, those may be gone who knew its last event: a daemon that restarts finds its
     * kernel's table as before, but does not know any more of whose flows the copies in it are. In a pair it does, unless the peer lost its table lately.
     */
    private boolean isDue(Connection connection) {
        long wereDown = nodes.stream()
                .filter(node -> node.startNanos >= connection.bornNanos)
                .count();
        boolean known = STRICT || wereDown < 2 || (nodes.size() == 2 && !connection.mixed);
        return known && connection.lossNanos < world.nowNanos() - MENDING_NANOS;
    }

    private Set<FlowKey> keys() {
        Set<FlowKey> keys = new LinkedHashSet<>();
        nodes.forEach(node -> keys.addAll(node.kernel.flows().keySet()));
        return keys;
    }

    private @Nullable String wrong(Connection connection) {
        String first = null;
        for (SimulatedNode node : nodes) {
            SimulatedKernel.Flow flow = node.kernel.get(connection.key);
            if (flow == null) {
                return connection + " is missing on " + node.name;
            }
            if (connection.ended && connection.server != null && !connection.contested) {
                return connection + " has ended and is still on " + node.name;
            }
            if (!connection.contested && !isUpToDate(connection, flow.state.mark)) {
                return connection + " is not up to date on " + node.name + ": change " + flow.state.mark;
            }
            String content = content(flow);
            if (first != null && !content.equals(first)) {
                return connection + " differs on " + node.name + ": " + content + ", not " + first;
            }
            first = content;
        }
        return null;
    }

    private static boolean isUpToDate(Connection connection, int change) {
        return connection.survived < 0 ? change == connection.changes : change >= connection.survived;
    }

    private static String content(SimulatedKernel.Flow flow) {
        StateRecord state = new StateRecord();
        state.copyFrom(flow.state);
        state.timeoutSeconds = 0;
        state.tcpFlagsOriginal &= ~SimulatedKernel.BE_LIBERAL;
        state.tcpFlagsReply &= ~SimulatedKernel.BE_LIBERAL;
        return Described.state(state);
    }
}
