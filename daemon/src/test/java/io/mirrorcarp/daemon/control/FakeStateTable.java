// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.entry.FlowFilter;
import io.mirrorcarp.pfsync.message.FlowTuple;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** TCP connections from 10.0.0.7 whose ports count up from 1024; the owners take turns: fw-a, fw-b, nobody. */
final class FakeStateTable implements StateTable {
    private static final int BATCH = 100;
    private static final List<String> OWNERS = List.of("fw-a", "fw-b", "");

    private final FlowFilter filter;
    private final int states;
    private final List<String> told;
    private final Future<Void> taken;
    private final List<ConntrackEntry> batch = new ArrayList<>();
    private final List<String> owners = new ArrayList<>();
    private int next;

    /** @param taken done when the peers take what is deleted */
    FakeStateTable(FlowFilter filter, int states, List<String> told, Future<Void> taken) {
        this.taken = taken;
        this.filter = filter;
        this.states = states;
        this.told = told;
    }

    @Override
    public Future<Boolean> read() {
        batch.clear();
        owners.clear();
        for (int end = Math.min(states, next + BATCH); next < end; next++) {
            ConntrackEntry entry = entryOf(next);
            if (filter.matches(entry)) {
                batch.add(entry);
                owners.add(OWNERS.get(next % OWNERS.size()));
            }
        }
        return Future.succeededFuture(next < states);
    }

    static ConntrackEntry entryOf(int number) {
        ConntrackEntry entry = new ConntrackEntry();
        tuple(entry.original, 0x0a000007L, 0xc6336463L, 1024 + number, 443);
        tuple(entry.reply, 0xc6336463L, 0xcb007101L, 443, 1024 + number);
        entry.status = ConntrackStatus.CONFIRMED | ConntrackStatus.SEEN_REPLY | ConntrackStatus.ASSURED;
        entry.hasTimeout = true;
        entry.timeoutSeconds = 431_999;
        entry.hasProtocolState = true;
        entry.protocolState = 3;
        entry.hasMark = true;
        entry.mark = -1;
        entry.zone = 7;
        return entry;
    }

    private static void tuple(FlowTuple tuple, long source, long destination, int sourcePort, int destinationPort) {
        tuple.family = FlowTuple.FAMILY_IPV4;
        tuple.protocol = 6;
        tuple.sourceLow = source;
        tuple.destinationLow = destination;
        tuple.sourcePort = sourcePort;
        tuple.destinationPort = destinationPort;
    }

    @Override
    public int count() {
        return batch.size();
    }

    @Override
    public ConntrackEntry entry(int i) {
        return batch.get(i);
    }

    @Override
    public Future<Void> nameOwners() {
        return Future.succeededFuture();
    }

    @Override
    public String owner(int i) {
        return owners.get(i);
    }

    @Override
    public Future<Integer> delete(IntPredicate chosen) {
        int deleted = 0;
        for (int i = 0; i < count(); i++) {
            if (chosen.test(i)) {
                told.add("delete port " + entry(i).original.sourcePort);
                deleted++;
            }
        }
        return taken.map(deleted);
    }

    @Override
    public boolean isReplicated() {
        return true;
    }

    @Override
    public void close() {
        told.add("close at " + next);
    }
}
