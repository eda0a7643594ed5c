// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.message.FlowTuple;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.util.Arrays;

/** A bounded list of flows that something is to be done with later: the key of each, its hash, and two numbers. No object for each. */
final class FlowKeys {
    private static final int FIRST_CAPACITY = 1 << 8;

    /** Longs for one flow: two for each address, one for the rest of its key, its hash and the two numbers. */
    private static final int STRIDE = 8;

    private static final int REST = 4;
    private static final int HASH = 5;
    private static final int FIRST = 6;
    private static final int SECOND = 7;

    private final int most;
    private long[] flows = new long[0];
    private int count;

    /** @param most flows that it has room for */
    FlowKeys(int most) {
        this.most = most;
    }

    boolean isFull() {
        return count == most;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    /** Adds a flow, where {@link #isFull()} is false. */
    void add(StateRecord state, long hash, long first, long second) {
        int place = count * STRIDE;
        if (place == flows.length) {
            flows = Arrays.copyOf(flows, Math.max(2 * place, Math.min(most, FIRST_CAPACITY) * STRIDE));
        }
        FlowTuple tuple = state.original;
        flows[place] = tuple.sourceHigh;
        flows[place + 1] = tuple.sourceLow;
        flows[place + 2] = tuple.destinationHigh;
        flows[place + 3] = tuple.destinationLow;
        flows[place + REST] = (long) tuple.family << 56
                | (long) tuple.protocol << 48
                | (long) tuple.sourcePort << 32
                | (long) tuple.destinationPort << 16
                | state.zone;
        flows[place + HASH] = hash;
        flows[place + FIRST] = first;
        flows[place + SECOND] = second;
        count++;
    }

    long hash(int i) {
        return flows[i * STRIDE + HASH];
    }

    long first(int i) {
        return flows[i * STRIDE + FIRST];
    }

    long second(int i) {
        return flows[i * STRIDE + SECOND];
    }

    /** Makes {@code state} the key of a flow: the rest of it is 0. */
    void copyKey(int i, StateRecord state) {
        int place = i * STRIDE;
        long rest = flows[place + REST];
        state.clear();
        FlowTuple tuple = state.original;
        tuple.sourceHigh = flows[place];
        tuple.sourceLow = flows[place + 1];
        tuple.destinationHigh = flows[place + 2];
        tuple.destinationLow = flows[place + 3];
        tuple.family = (int) (rest >>> 56);
        tuple.protocol = (int) (rest >>> 48) & 0xff;
        tuple.sourcePort = (int) (rest >>> 32) & 0xffff;
        tuple.destinationPort = (int) (rest >>> 16) & 0xffff;
        state.zone = (int) rest & 0xffff;
    }

    /** Forgets the first {@code number} flows; the others move up. */
    void removeFirst(int number) {
        System.arraycopy(flows, number * STRIDE, flows, 0, (count - number) * STRIDE);
        count -= number;
    }

    /** Forgets all, and keeps the room. */
    void clear() {
        count = 0;
    }

    /** Forgets all, and gives the room back. */
    void release() {
        flows = new long[0];
        count = 0;
    }
}
