// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.conntrack.StateMapping;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.pfsync.StateEvents;
import io.mirrorcarp.pfsync.message.FlowEnd;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Everything that was told, kept. */
final class Told implements StateEvents {
    /** One call, with the flow as an entry, and whether the filter admits it. */
    record Call(String name, ConntrackEntry flow, boolean admitted) {}

    final List<Call> calls = new ArrayList<>();
    final List<String> notices = new ArrayList<>();
    final List<Boolean> halfOpenTold = new ArrayList<>();
    final List<ConntrackEntry> dumped = new ArrayList<>();
    int burstEnds;
    int overruns;
    int flushes;
    int batchEnds;
    boolean dumpComplete;

    private static ConntrackEntry copy(StateRecord state) {
        ConntrackEntry entry = new ConntrackEntry();
        assertThat(StateMapping.toEntry(state, entry)).isTrue();
        return entry;
    }

    /** The names of the calls in order. */
    List<String> names() {
        return calls.stream().map(Call::name).toList();
    }

    @Override
    public void onInsert(StateRecord state) {
        calls.add(new Call("insert", copy(state), state.admitted));
    }

    @Override
    public void onUpdate(StateRecord state) {
        calls.add(new Call("update", copy(state), state.admitted));
    }

    @Override
    public void onDelete(StateRecord state, FlowEnd end) {
        calls.add(new Call(end.name().toLowerCase(Locale.ROOT), copy(state), state.admitted));
    }

    @Override
    public void onFlushed() {
        flushes++;
    }

    @Override
    public void onBurstEnd() {
        burstEnds++;
    }

    @Override
    public void onHalfOpenTold(boolean told) {
        halfOpenTold.add(told);
    }

    @Override
    public void onNotice(String message) {
        notices.add(message);
    }

    @Override
    public void onOverrun() {
        overruns++;
    }

    @Override
    public void onDumpEntry(StateRecord state) {
        dumped.add(copy(state));
    }

    @Override
    public void onDumpBatchEnd(boolean last) {
        batchEnds++;
        dumpComplete |= last;
    }
}
