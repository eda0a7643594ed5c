// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.conntrack.StateMapping;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.FlowFilter;
import io.mirrorcarp.conntrack.io.EntryBatch;
import io.mirrorcarp.conntrack.io.EntryRemoval;
import io.mirrorcarp.conntrack.io.TableReader;
import io.mirrorcarp.daemon.control.StateTable;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.pfsync.FlowInquiry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.IntPredicate;

/**
 * The kernel's table, read for a person. The kernel is asked on threads that may wait, with sockets of their own. Replication is asked only whose the states of a batch
 * are, and told which of them end: some 200 of them at a time, and then others have their turn.
 */
final class KernelStates implements StateTable {
    private final Vertx vertx;
    private final Replication replication;
    private final TableReader reader;
    private final EntryBatch batch = new EntryBatch();
    private final FlowInquiry inquiry = new FlowInquiry();
    private boolean named;

    private KernelStates(Vertx vertx, Replication replication, TableReader reader) {
        this.vertx = vertx;
        this.replication = replication;
        this.reader = reader;
    }

    static Future<StateTable> open(Vertx vertx, Replication replication, FlowFilter filter) {
        return vertx.executeBlocking(() -> new KernelStates(vertx, replication, TableReader.open(filter)), false);
    }

    @Override
    public Future<Boolean> read() {
        named = false;
        return vertx.executeBlocking(() -> reader.read(batch), false);
    }

    @Override
    public int count() {
        return batch.count();
    }

    @Override
    public ConntrackEntry entry(int i) {
        return batch.entry(i);
    }

    @Override
    public boolean isReplicated() {
        return replication.isOn();
    }

    @Override
    public Future<Void> nameOwners() {
        if (!isReplicated()) {
            return Future.succeededFuture();
        }
        named = true;
        fillInquiry();
        return replication.nameOwners(inquiry);
    }

    @Override
    public String owner(int i) {
        return named ? inquiry.owner(i) : FlowInquiry.NOBODY;
    }

    private void fillInquiry() {
        inquiry.clear();
        for (int i = 0; i < batch.count(); i++) {
            StateMapping.toRecord(batch.entry(i), inquiry.add());
        }
    }

    /** The peers are told first: what the kernel then tells of these states is no news. */
    @Override
    public Future<Integer> delete(IntPredicate chosen) {
        batch.retain(chosen);
        fillInquiry();
        return replication.endOnPurpose(inquiry).compose(told -> vertx.executeBlocking(this::deleteHere, false));
    }

    private int deleteHere() throws ErrnoException {
        try (EntryRemoval removal = EntryRemoval.open()) {
            return removal.delete(batch);
        }
    }

    /** No call is under way, so that the socket is nobody else's. */
    @Override
    public void close() {
        reader.close();
    }
}
