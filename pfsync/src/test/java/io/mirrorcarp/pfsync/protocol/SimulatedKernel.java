// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * A connection tracking table in memory, with timeouts on the virtual clock. It outlives the daemon. What replication writes makes no event;
 * what packets do is told to the machine that listens, if one does.
 */
final class SimulatedKernel implements StateTable {
    static final int DUMP_BATCH = 16;
    /** IP_CT_TCP_FLAG_BE_LIBERAL. */
    static final int BE_LIBERAL = 0x08;

    static final class Flow {
        final StateRecord state = new StateRecord();
        long expiresNanos;
    }

    private final World world;
    private final String name;
    private final Map<FlowKey, Flow> flows = new LinkedHashMap<>();
    private final List<Runnable> queued = new ArrayList<>();
    private Replication listener;
    private Queue<FlowKey> dump;
    private int dumpNumber;
    private long identity;
    boolean losesEvents;
    /** Told of each flow whose timer runs out. */
    Consumer<FlowKey> onExpiry = key -> {};
    /** Told of each flow that replication deletes. */
    Consumer<FlowKey> onStolen = key -> {};

    SimulatedKernel(World world, String name) {
        this.name = name;
        this.world = world;
        identity = name.hashCode();
    }

    void listen(Replication machine) {
        listener = machine;
        queued.clear();
        dump = null;
        dumpNumber++;
    }

    /** A power cycle: nothing is left. */
    void clear() {
        flows.clear();
        identity++;
    }

    Map<FlowKey, Flow> flows() {
        return flows;
    }

    Flow get(FlowKey key) {
        return flows.get(key);
    }

    // What packets do.

    /** The first packet of a flow. */
    void open(FlowKey key, int timeoutSeconds) {
        open(key, timeoutSeconds, 0);
    }

    /** The first packet of a flow, which gets a mark. */
    void open(FlowKey key, int timeoutSeconds, int mark) {
        Flow flow = new Flow();
        key.writeTo(flow.state);
        flow.state.protocolState = key.protocol() == 6 ? 1 : 0;
        flow.state.timeoutSeconds = timeoutSeconds;
        flow.state.mark = mark;
        refresh(flow);
        flows.put(key, flow);
        note(key, "opens");
        if (isHeard()) {
            listener.onInsert(flow.state, world.nowNanos());
        }
    }

    /** A packet that changes the flow's state. */
    void progress(FlowKey key) {
        progress(key, flows.get(key).state.mark + 1);
    }

    /** A packet that changes the flow's state and its mark. */
    void progress(FlowKey key, int mark) {
        Flow flow = flows.get(key);
        note(key, "changes");
        flow.state.status |= StateRecord.STATUS_SEEN_REPLY;
        flow.state.mark = mark;
        if (key.protocol() == 6 && flow.state.protocolState < 3) {
            flow.state.protocolState++;
        }
        refresh(flow);
        if (isHeard()) {
            listener.onUpdate(flow.state, world.nowNanos());
        }
    }

    /** A packet that changes nothing but the timer. */
    void touch(FlowKey key, int timeoutSeconds) {
        Flow flow = flows.get(key);
        flow.state.timeoutSeconds = timeoutSeconds;
        refresh(flow);
    }

    private void refresh(Flow flow) {
        flow.expiresNanos = world.nowNanos() + flow.state.timeoutSeconds * 1_000_000_000L;
    }

    /** The flow ends by its timer. */
    void close(FlowKey key) {
        end(key, true);
    }

    /** The flow is deleted by hand, or by the kernel when the table is full. */
    void kill(FlowKey key) {
        end(key, false);
    }

    private void end(FlowKey key, boolean expired) {
        Flow flow = flows.remove(key);
        note(key, expired ? "ends" : "kills");
        if (isHeard()) {
            listener.onDelete(flow.state, expired, world.nowNanos());
        }
    }

    void endBurst() {
        if (isHeard()) {
            listener.onBurstEnd(world.nowNanos());
        }
    }

    private void note(FlowKey key, String what) {
        world.note(key, name, what + (isHeard() ? "" : ", unheard"));
    }

    /** Whether a daemon hears what happens here. */
    boolean isHeard() {
        return listener != null && !losesEvents;
    }

    /** The kernel's garbage collector. */
    void expire() {
        List<FlowKey> expired = new ArrayList<>();
        flows.forEach((key, flow) -> {
            if (flow.expiresNanos <= world.nowNanos()) {
                expired.add(key);
            }
        });
        expired.forEach(key -> {
            onExpiry.accept(key);
            close(key);
        });
        if (!expired.isEmpty()) {
            endBurst();
        }
    }

    // What replication does.

    @Override
    public long identity() {
        return identity;
    }

    @Override
    public void insert(StateRecord state) {
        StateRecord copy = new StateRecord();
        copy.copyFrom(state);
        queued.add(() -> {
            Flow flow = flows.computeIfAbsent(FlowKey.of(copy), key -> new Flow());
            flow.state.copyFrom(copy);
            if (copy.original.protocol == 6) {
                flow.state.tcpFlagsOriginal |= BE_LIBERAL;
                flow.state.tcpFlagsReply |= BE_LIBERAL;
            }
            note(FlowKey.of(copy), "imports");
            refresh(flow);
        });
    }

    @Override
    public void update(StateRecord state) {
        insert(state);
    }

    @Override
    public void delete(StateRecord state) {
        FlowKey key = FlowKey.of(state);
        queued.add(() -> {
            if (flows.remove(key) != null) {
                note(key, "imports the end");
                onStolen.accept(key);
            }
        });
    }

    @Override
    public boolean find(StateRecord key, StateRecord found) {
        Flow flow = flows.get(FlowKey.of(key));
        if (flow != null) {
            found.copyFrom(flow.state);
            found.timeoutSeconds = remainingSeconds(flow);
        }
        return flow != null;
    }

    private long remainingSeconds(Flow flow) {
        return Math.max(0, (flow.expiresNanos - world.nowNanos()) / 1_000_000_000L);
    }

    @Override
    public void flush() {
        queued.forEach(Runnable::run);
        queued.clear();
    }

    boolean isFlushed() {
        return queued.isEmpty();
    }

    @Override
    public void startDump() {
        flush();
        dump = new ArrayDeque<>(flows.keySet());
    }

    @Override
    public void continueDump() {
        int number = dumpNumber;
        world.after(world.random().nextLong(1_000_000), () -> {
            if (number == dumpNumber && dump != null) {
                readBatch();
            }
        });
    }

    private void readBatch() {
        flush();
        StateRecord told = new StateRecord();
        Iterator<FlowKey> keys = dump.iterator();
        for (int i = 0; i < DUMP_BATCH && keys.hasNext(); i++) {
            Flow flow = flows.get(keys.next());
            keys.remove();
            if (flow != null) {
                told.copyFrom(flow.state);
                told.timeoutSeconds = remainingSeconds(flow);
                listener.onDumpEntry(told, world.nowNanos());
            }
        }
        boolean last = dump.isEmpty();
        if (last) {
            dump = null;
        }
        listener.onDumpBatchEnd(last, world.nowNanos());
    }

    @Override
    public void cancelDump() {
        dump = null;
        dumpNumber++;
    }
}
