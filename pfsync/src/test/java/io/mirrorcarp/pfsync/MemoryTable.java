// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.RefusedImport;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.protocol.FlowKey;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A table in memory whose events come on the context that it was started on. Any thread may look at it. */
final class MemoryTable implements ReplicatedTable {
    private static final int DUMP_BATCH = 16;

    private final AtomicInteger distrusted = new AtomicInteger();
    private final Map<FlowKey, StateRecord> flows = new ConcurrentHashMap<>();
    private final List<Runnable> queued = new ArrayList<>();
    private Queue<FlowKey> dump = new ArrayDeque<>();
    private Context context;
    private StateEvents events;
    private volatile boolean closed;

    @Override
    public Future<Void> start(Context newContext, StateEvents newEvents) {
        context = newContext;
        events = newEvents;
        return Future.succeededFuture();
    }

    /** Packets open flows {@code from} to {@code to}. */
    void open(int from, int to) {
        context.runOnContext(nothing -> {
            for (int number = from; number <= to; number++) {
                StateRecord state = new StateRecord();
                FlowKey.number(number).writeTo(state);
                state.timeoutSeconds = 600;
                flows.put(FlowKey.number(number), state);
                events.onInsert(state);
            }
            events.onBurstEnd();
        });
    }

    /** A flow ends by its timer. */
    void end(int number) {
        end(number, FlowEnd.EXPIRED);
    }

    /** A flow is evicted. */
    void evict(int number) {
        end(number, FlowEnd.EVICTED);
    }

    private void end(int number, FlowEnd end) {
        context.runOnContext(nothing -> {
            events.onDelete(flows.remove(FlowKey.number(number)), end);
            events.onBurstEnd();
        });
    }

    int size() {
        return flows.size();
    }

    boolean has(int number) {
        return flows.containsKey(FlowKey.number(number));
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void insert(StateRecord state) {
        StateRecord copy = new StateRecord();
        copy.copyFrom(state);
        queued.add(() -> flows.put(FlowKey.of(copy), copy));
    }

    @Override
    public void update(StateRecord state) {
        insert(state);
    }

    @Override
    public void delete(StateRecord state) {
        FlowKey key = FlowKey.of(state);
        queued.add(() -> flows.remove(key));
    }

    @Override
    public boolean find(StateRecord key, StateRecord found) {
        StateRecord state = flows.get(FlowKey.of(key));
        if (state != null) {
            found.copyFrom(state);
        }
        return state != null;
    }

    @Override
    public void flush() {
        queued.forEach(Runnable::run);
        queued.clear();
    }

    @Override
    public boolean takeRefused(RefusedImport refused) {
        return false;
    }

    /** How often it was made ready to carry what others carried. */
    int distrusted() {
        return distrusted.get();
    }

    @Override
    public void distrustWindows() {
        distrusted.incrementAndGet();
    }

    @Override
    public void startDump(boolean inBackground) {
        flush();
        dump = new ArrayDeque<>(flows.keySet());
    }

    @Override
    public void continueDump() {
        context.runOnContext(nothing -> {
            for (int i = 0; i < DUMP_BATCH && !dump.isEmpty(); i++) {
                StateRecord state = flows.get(dump.remove());
                if (state != null) {
                    events.onDumpEntry(state);
                }
            }
            events.onDumpBatchEnd(dump.isEmpty());
        });
    }

    @Override
    public void cancelDump() {
        dump.clear();
    }

    @Override
    public void close() {
        closed = true;
    }
}
