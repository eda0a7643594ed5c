// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.RefusedImport;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A connection tracking table in memory, with timeouts on the virtual clock. It outlives the daemon. What replication writes makes no event;
 * what packets do is told to the machine that listens, if one does. It takes and refuses changes as the real one does, to which {@code StateTableContract} holds
 * both.
 */
final class SimulatedKernel implements StateTable {
    static final int DUMP_BATCH = 16;
    /** As of the kernel's import: more are not told. */
    private static final int MOST_REFUSED = 1024;

    private static final int ESTABLISHED = 3;
    private static final int TIME_WAIT = 7;
    private static final int CLOSE = 8;
    private static final int TRANSLATIONS = StateRecord.STATUS_SOURCE_NAT | StateRecord.STATUS_DESTINATION_NAT;
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
    private final Queue<RefusedImport> refused = new ArrayDeque<>();
    private Replication listener;
    private Queue<FlowKey> dump;
    private int dumpNumber;
    private long identity;
    boolean losesEvents;
    /** Which flows peers are told of. */
    Predicate<StateRecord> admits = flow -> true;
    /** Which flows of peers come in. */
    Predicate<StateRecord> takes = flow -> true;
    /** Whether TCP connections are told before they are established. */
    boolean tellsHalfOpen = true;
    /** Whether something was not told because of that. */
    boolean leftUntold;
    /** Dumps that were started. */
    int dumps;
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
        refused.clear();
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
        open(key, timeoutSeconds, mark, 0);
    }

    /** The same, with a translated port, or 0: if another flow has it here, the kernel translates this one otherwise. Whether it is told. */
    boolean open(FlowKey key, int timeoutSeconds, int mark, int snatPort) {
        Flow flow = new Flow();
        key.writeTo(flow.state);
        flow.state.status = snatPort == 0 ? 0 : StateRecord.STATUS_SOURCE_NAT;
        flow.state.snatPort = snatPort;
        if (occupant(flow.state) != null) {
            flow.state.snatPort = key.sourcePort();
        }
        flow.state.protocolState = key.protocol() == 6 ? 1 : 0;
        flow.state.timeoutSeconds = timeoutSeconds;
        flow.state.mark = mark;
        refresh(flow);
        flows.put(key, flow);
        boolean told = isTold(flow);
        note(key, "opens", told);
        flow.state.admitted = admits.test(flow.state);
        if (told) {
            listener.onInsert(flow.state, world.nowNanos());
        }
        return told;
    }

    private boolean isTold(Flow flow) {
        boolean halfOpen = flow.state.original.protocol == 6 && flow.state.protocolState < 3;
        boolean dropped = halfOpen && !tellsHalfOpen;
        leftUntold |= dropped;
        return isHeard() && !dropped;
    }

    /** A packet that changes the flow's state. */
    void progress(FlowKey key) {
        progress(key, flows.get(key).state.mark + 1);
    }

    /** A packet that changes the flow's state and its mark; whether it is told. */
    boolean progress(FlowKey key, int mark) {
        Flow flow = flows.get(key);
        flow.state.status |= StateRecord.STATUS_SEEN_REPLY;
        flow.state.mark = mark;
        if (key.protocol() == 6 && flow.state.protocolState < 3) {
            flow.state.protocolState++;
        }
        refresh(flow);
        boolean told = isTold(flow);
        note(key, "changes", told);
        flow.state.admitted = admits.test(flow.state);
        if (told) {
            listener.onUpdate(flow.state, world.nowNanos());
        }
        return told;
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
        end(key, FlowEnd.EXPIRED);
    }

    /** A TCP connection is closed by its hosts, and its timer runs out. */
    void finish(FlowKey key) {
        flows.get(key).state.protocolState = TIME_WAIT;
        close(key);
    }

    /** A program makes an entry, which has no packets: like conntrack -I. False where the kernel has no place for it. */
    boolean make(FlowKey key, int timeoutSeconds, int snatPort) {
        Flow flow = new Flow();
        key.writeTo(flow.state);
        flow.state.status = StateRecord.STATUS_SEEN_REPLY | StateRecord.STATUS_ASSURED;
        flow.state.status |= snatPort == 0 ? 0 : StateRecord.STATUS_SOURCE_NAT;
        flow.state.snatPort = snatPort;
        flow.state.protocolState = key.protocol() == 6 ? ESTABLISHED : 0;
        flow.state.timeoutSeconds = timeoutSeconds;
        if (flows.containsKey(key) || occupant(flow.state) != null) {
            return false;
        }
        refresh(flow);
        flows.put(key, flow);
        note(key, "is made by hand");
        if (isHeard()) {
            flow.state.byProgram = true;
            listener.onInsert(flow.state, world.nowNanos());
            flow.state.byProgram = false;
        }
        return true;
    }

    /** The flow is deleted by hand. */
    void kill(FlowKey key) {
        end(key, FlowEnd.DELETED);
    }

    /** The kernel gives the flow up for want of room. */
    void evict(FlowKey key) {
        end(key, FlowEnd.EVICTED);
    }

    /** The first packet of the flow is answered with a reset. */
    void refuse(FlowKey key) {
        flows.get(key).state.protocolState = CLOSE;
        end(key, FlowEnd.CLOSED);
    }

    /** All flows are deleted by hand. */
    void flushTable() {
        List.copyOf(flows.keySet()).forEach(this::kill);
        if (isHeard()) {
            listener.onFlushed(world.nowNanos());
        }
        endBurst();
    }

    private void end(FlowKey key, FlowEnd end) {
        Flow flow = flows.remove(key);
        note(key, "ends as " + end);
        if (isHeard()) {
            listener.onDelete(flow.state, end, world.nowNanos());
        }
    }

    /** The flow that replies with this translated port would reach, or null. */
    private FlowKey occupant(StateRecord state) {
        if ((state.status & StateRecord.STATUS_SOURCE_NAT) == 0) {
            return null;
        }
        return flows.entrySet().stream()
                .filter(each -> (each.getValue().state.status & StateRecord.STATUS_SOURCE_NAT) != 0)
                .filter(each -> each.getValue().state.snatPort == state.snatPort)
                .filter(each -> each.getKey().protocol() == state.original.protocol)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    @Override
    public boolean takeRefused(RefusedImport taken) {
        RefusedImport one = refused.poll();
        if (one != null) {
            taken.wanted.copyFrom(one.wanted);
            taken.occupied = one.occupied;
            taken.occupant.copyFrom(one.occupant);
        }
        return one != null;
    }

    void endBurst() {
        if (isHeard()) {
            listener.onBurstEnd(world.nowNanos());
        }
    }

    private void note(FlowKey key, String what) {
        note(key, what, isHeard());
    }

    private void note(FlowKey key, String what, boolean heard) {
        world.note(key, name, what + (heard ? "" : ", unheard"));
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
    public boolean takes(StateRecord state) {
        return takes.test(state);
    }

    @Override
    public void insert(StateRecord state) {
        queue(state, false);
    }

    /** Finds its flow by the original tuple alone. */
    @Override
    public void update(StateRecord state) {
        queue(state, true);
    }

    private void queue(StateRecord state, boolean update) {
        StateRecord copy = new StateRecord();
        copy.copyFrom(state);
        queued.add(() -> {
            Flow there = flows.get(FlowKey.of(copy));
            if (there != null && (update || isSameFlow(there.state, copy))) {
                change(there, copy);
            } else {
                flows.remove(FlowKey.of(copy));
                create(copy);
            }
        });
    }

    private static boolean isSameFlow(StateRecord there, StateRecord wanted) {
        return (there.status & ~wanted.status & ~TRANSLATIONS) == 0
                && (there.status & TRANSLATIONS) == (wanted.status & TRANSLATIONS)
                && there.snatPort == wanted.snatPort;
    }

    /** Bits of the status are set and never cleared, and the translation stays. */
    private void change(Flow there, StateRecord wanted) {
        StateRecord before = new StateRecord();
        before.copyFrom(there.state);
        there.state.copyFrom(wanted);
        there.state.status = (before.status & TRANSLATIONS) | ((before.status | wanted.status) & ~TRANSLATIONS);
        there.state.snatLow = before.snatLow;
        there.state.snatPort = before.snatPort;
        write(there);
    }

    private void create(StateRecord wanted) {
        FlowKey occupant = occupant(wanted);
        if (occupant != null) {
            refuse(wanted, occupant);
            return;
        }
        Flow flow = new Flow();
        flow.state.copyFrom(wanted);
        flows.put(FlowKey.of(wanted), flow);
        write(flow);
    }

    private void write(Flow flow) {
        if (flow.state.original.protocol == 6) {
            flow.state.tcpFlagsOriginal |= BE_LIBERAL;
            flow.state.tcpFlagsReply |= BE_LIBERAL;
        }
        note(FlowKey.of(flow.state), "imports");
        refresh(flow);
    }

    private void refuse(StateRecord wanted, FlowKey occupant) {
        RefusedImport one = new RefusedImport();
        one.wanted.copyFrom(wanted);
        one.occupied = true;
        one.occupant.copyFrom(flows.get(occupant).state);
        if (refused.size() < MOST_REFUSED) {
            refused.add(one);
        }
        note(FlowKey.of(wanted), "refuses, since there is " + occupant);
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
            found.admitted = admits.test(found);
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
    public void startDump(boolean inBackground) {
        dumps++;
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
                told.admitted = admits.test(told);
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
