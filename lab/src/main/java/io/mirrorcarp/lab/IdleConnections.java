// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.traffic.TcpFlow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections from the client to the server that say a few bytes when they are asked, and nothing in between. */
final class IdleConnections implements AutoCloseable {
    private final List<TcpFlow> flows = new ArrayList<>();

    private IdleConnections() {}

    static IdleConnections open(Topology topology, int count) {
        IdleConnections connections = new IdleConnections();
        for (int i = 0; i < count; i++) {
            connections.flows.add(TcpFlow.open(topology.client(), topology.server(), Topology.SERVER));
        }
        return connections;
    }

    /** Lets each say something both ways. Returns how many could. */
    int exchange(Duration limit) {
        AtomicInteger alive = new AtomicInteger();
        List<Thread> each = new ArrayList<>();
        for (TcpFlow flow : flows) {
            Thread thread = new Thread(() -> count(alive, flow, limit), "idle");
            thread.setDaemon(true);
            thread.start();
            each.add(thread);
        }
        for (Thread thread : each) {
            join(thread);
        }
        return alive.get();
    }

    private static void count(AtomicInteger alive, TcpFlow flow, Duration limit) {
        if (flow.exchange(limit).isEmpty()) {
            alive.incrementAndGet();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted during an exchange", e);
        }
    }

    @Override
    public void close() {
        flows.forEach(TcpFlow::close);
    }
}
