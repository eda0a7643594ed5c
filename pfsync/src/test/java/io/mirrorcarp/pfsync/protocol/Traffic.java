// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Connections through the firewalls of a world, which begin, go on, move to another firewall and end. */
final class Traffic {
    private static final long KEEPALIVE_NANOS = 600_000_000;
    private static final long SETTLED_NANOS = 1_000_000_000;
    private static final int TCP_TIMEOUT_SECONDS = 600;
    /** One of so many connections may clash with another. */
    private static final int TWINS = 6;

    /** One of so many is ended by hand. */
    private static final int DELETIONS = 3;

    private static final long BURST_NANOS = 30_000_000;

    private static final int SNAT_PORTS = 20_000;
    private static final int TRANSLATION_STEP = 5_000;

    private final World world;
    private final Random random;
    private final List<SimulatedNode> nodes;
    private final Map<FlowKey, Connection> connections = new LinkedHashMap<>();
    private final List<Connection> open = new ArrayList<>();
    private final int limit;
    private boolean quiet;

    Traffic(World world, int limit) {
        this.world = world;
        this.limit = limit;
        random = world.random();
        nodes = world.nodes();
        nodes.forEach(node -> node.kernel.onExpiry = key -> expired(node, connections.get(key)));
        nodes.forEach(node -> node.kernel.onStolen = key -> stolen(node, connections.get(key)));
    }

    void begin() {
        world.after(0, this::step);
        world.after(KEEPALIVE_NANOS, this::keepAlive);
    }

    /** Nothing begins, changes or ends any more; the packets of UDP go on. */
    void stop() {
        quiet = true;
    }

    Map<FlowKey, Connection> connections() {
        return connections;
    }

    private SimulatedNode any() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private void step() {
        if (quiet) {
            return;
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
            act();
        }
        nodes.forEach(node -> node.kernel.endBurst());
        world.after(random.nextLong(60_000_000), this::step);
    }

    private void act() {
        double dice = random.nextDouble();
        if (open.isEmpty() || (dice < 0.3 && connections.size() < limit)) {
            connect();
            return;
        }
        Connection connection = open.get(random.nextInt(open.size()));
        if (dice < 0.75) {
            packet(connection);
        } else if (dice < 0.85) {
            move(connection, any());
            if (random.nextBoolean()) {
                packet(connection);
            }
        } else {
            end(connection);
        }
    }

    private void connect() {
        FlowKey key = FlowKey.number(connections.size());
        int timeout = key.protocol() == 6 ? TCP_TIMEOUT_SECONDS : 5 + random.nextInt(2);
        Connection connection = new Connection(key, timeout, any(), world.nowNanos());
        connections.put(key, connection);
        if (random.nextInt(TWINS) == 0) {
            clash(connection);
        }
        open.add(connection);
        packet(connection);
    }

    /** Gives a connection the translated port of another of its protocol. */
    private void clash(Connection connection) {
        connection.snatPort = SNAT_PORTS + connections.size() / 2;
        connection.contested = true;
        for (Connection other : open) {
            if (other.snatPort != 0 && other.isUdp() == connection.isUdp()) {
                connection.snatPort = other.snatPort;
            }
        }
    }

    void move(Connection connection, SimulatedNode to) {
        connection.route = to;
        world.note(connection.key, to.name, "has the packets now");
    }

    /** Failover: all that one firewall has goes to another. */
    void moveAll(SimulatedNode from, SimulatedNode to) {
        open.forEach(connection -> {
            if (connection.route == from) {
                move(connection, to);
            }
        });
    }

    /**
     * A connection of which a node has a copy, whose packets pass by another whose daemon is up and heard, and that nobody contests; null where there is none. Where the daemon
     * is down, its addresses are gone too, and the node with the copy is no backup. Where it is not heard, what somebody makes here is a flow that nobody else knows.
     */
    @Nullable
    FlowKey usedElsewhere(SimulatedNode node) {
        List<Connection> found = open.stream()
                .filter(each -> each.server != null && each.server != node && each.route == each.server)
                .filter(each -> node.hears(each.server))
                .filter(each -> each.server.kernel.get(each.key) != null && !each.contested)
                .filter(each -> node.kernel.get(each.key) != null && world.nowNanos() - each.eventNanos > SETTLED_NANOS)
                .toList();
        return found.isEmpty() ? null : found.get(random.nextInt(found.size())).key;
    }

    private void packet(Connection connection) {
        SimulatedNode node = connection.route;
        boolean known = node.kernel.get(connection.key) != null;
        boolean first = connection.server == null;
        if (!known && !first && !connection.isUdp()) {
            world.note(connection.key, node.name, "drops a packet without an entry");
            return;
        }
        if (!known || connection.makesEvent()) {
            noteChange(connection, node);
            connection.changes++;
            connection.survived = -1;
            connection.contested |= !known && connection.changes > 1 && isElsewhere(connection, node);
            boolean told = known
                    ? node.kernel.progress(connection.key, connection.changes)
                    : node.kernel.open(
                            connection.key, connection.timeoutSeconds, connection.changes, translation(connection));
            connection.heardAt = told ? node : connection.heardAt;
        }
        node.kernel.touch(connection.key, connection.timeoutSeconds);
        connection.server = node;
        if (first) {
            connection.origin = known ? null : node;
        }
        connection.packetNanos = world.nowNanos();
    }

    /** Each node translates otherwise what begins anew there. */
    private int translation(Connection connection) {
        boolean first = connection.server == null;
        return first || connection.snatPort == 0
                ? connection.snatPort
                : connection.snatPort + TRANSLATION_STEP * (1 + nodes.indexOf(connection.route));
    }

    /** Whether another kernel still has an entry of a flow that begins anew, or tells of it: which of the two wins is open. */
    private boolean isElsewhere(Connection connection, SimulatedNode node) {
        return nodes.stream()
                .filter(other -> other != node)
                .anyMatch(other ->
                        other.kernel.get(connection.key) != null || (other.isUp() && !other.machine.isCaughtUp()));
    }

    private void noteChange(Connection connection, SimulatedNode node) {
        SimulatedNode before = connection.server;
        if (before != null && before != node) {
            boolean knows = node.hears(before) && before.hears(node);
            boolean settled = world.nowNanos() - connection.packetNanos > SETTLED_NANOS;
            connection.contested |= !knows || !settled;
        }
        noteEvent(connection);
    }

    private void end(Connection connection) {
        open.remove(connection);
        connection.over = true;
        SimulatedNode node = connection.server;
        world.note(connection.key, connection.route.name, "last packet");
        if (node == null || node != connection.route || node.kernel.get(connection.key) == null) {
            return;
        }
        // Next to a flush a deletion is taken for a part of it.
        boolean alone = node.isHeard() && world.nowNanos() - node.knowsNanos > BURST_NANOS;
        if (alone && node.isMaster && random.nextInt(DELETIONS) == 0) {
            noteEnd(connection, node);
            // That a flow of UDP was a copy, two restarted daemons do not know.
            connection.mixed |= connection.isUdp();
            node.kernel.kill(connection.key);
        } else if (!connection.isUdp()) {
            noteEnd(connection, node);
            node.kernel.finish(connection.key);
        }
    }

    private void noteEvent(Connection connection) {
        connection.eventNanos = world.nowNanos();
        connection.mixed |= nodes.stream().anyMatch(SimulatedNode::hasMixedCopies);
    }

    private void noteEnd(Connection connection, SimulatedNode node) {
        connection.ended = true;
        noteEvent(connection);
        if (!node.isHeard() && connection.heardAt != node) {
            // Nobody knows that this table had it.
            forget(connection, node);
        }
    }

    /**
     * A daemon goes down that has not told all. Of a flow that began elsewhere, or came back from there after the table was lost, and ended here, the others know
     * only that it began: it is theirs, and lives until its timer there has run out. So does one that ends here before a daemon hears of it again.
     */
    void loseWord(SimulatedNode loser) {
        boolean unheard = nodes.stream().anyMatch(other -> other != loser && !loser.hears(other));
        if (unheard || !loser.machine.isCaughtUp()) {
            connections.values().stream()
                    .filter(each -> each.server == loser && (each.origin != loser || each.isUdp()))
                    .forEach(each -> {
                        each.heardAt = null;
                        if (each.ended) {
                            forget(each, loser);
                        }
                    });
        }
    }

    /** A kernel lost its table. What only it knew is gone, an end or the newest changes: what others have may be stale, and nobody is left who knows. */
    void loseTable(SimulatedNode loser) {
        connections.values().forEach(each -> {
            if (each.server == loser) {
                forget(each, loser);
            } else {
                noteSurvivor(each, loser);
            }
        });
    }

    private void forget(Connection connection, SimulatedNode loser) {
        connection.server = null;
        connection.heardAt = null;
        noteSurvivor(connection, loser);
        if (connection.ended) {
            // Which of the stale copies goes on until its timer runs out is all the same.
            connection.survived = 0;
        }
    }

    /**
     * A daemon starts, and does not know how often the flows changed that it finds. So a copy of another node counts more, if the node that had the packets lost its
     * table: also one that is older.
     */
    void loseVersions() {
        connections.values().stream().filter(each -> each.server == null).forEach(each -> noteSurvivor(each, null));
    }

    private void noteSurvivor(Connection connection, @Nullable SimulatedNode loser) {
        int known = newest(connection, each -> each != loser && knows(each, connection));
        int newest = known >= 0 ? known : Math.max(0, newest(connection, each -> each != loser));
        if (newest < connection.changes) {
            connection.survived = connection.survived < 0 ? newest : Math.min(newest, connection.survived);
        }
    }

    /** The newest change that the kernels of some nodes have, or -1. */
    private int newest(Connection connection, Predicate<SimulatedNode> which) {
        return nodes.stream()
                .filter(which)
                .map(each -> each.kernel.get(connection.key))
                .filter(Objects::nonNull)
                .mapToInt(flow -> flow.state.mark)
                .max()
                .orElse(-1);
    }

    /** Whether a node is believed: it has the packets, or its daemon counted the changes that it heard of. */
    private static boolean knows(SimulatedNode node, Connection connection) {
        return node == connection.server || (node.isUp() && node.knowsNanos <= connection.eventNanos);
    }

    /** UDP goes on without events: each connection has a packet now and then. */
    private void keepAlive() {
        open.stream().filter(Connection::isUdp).toList().forEach(this::packet);
        nodes.forEach(node -> node.kernel.endBurst());
        world.after(KEEPALIVE_NANOS, this::keepAlive);
    }

    /** The timer of an entry has run out. */
    private void expired(SimulatedNode node, Connection connection) {
        if (connection.over && connection.server == node) {
            noteEnd(connection, node);
        } else {
            connection.lossNanos = world.nowNanos();
            noteEvent(connection);
        }
    }

    /** Replication deleted an entry. */
    private void stolen(SimulatedNode node, Connection connection) {
        // One that was idle for longer may go a little early: timers are compared in whole seconds.
        boolean alive = world.nowNanos() - connection.packetNanos < 2 * KEEPALIVE_NANOS;
        if (alive && !connection.ended && connection.server == node && !connection.contested) {
            world.blame(connection.key, connection + " is in use, and replication deleted it on " + node.name);
        }
    }
}
