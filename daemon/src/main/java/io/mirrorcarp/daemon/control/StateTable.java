// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.vertx.core.Future;
import java.util.function.IntPredicate;

/**
 * The kernel's table, read once, a batch at a time. What a method says of the batch is that of the last {@link #read}; no method is called before the future of the
 * one before it is complete.
 */
public interface StateTable {
    /** Reads the next batch, which may be empty. False when there are no more. */
    Future<Boolean> read();

    /** How many states the batch has. */
    int count();

    /** One of them, from 0; good until the next call of {@link #read}. */
    ConntrackEntry entry(int i);

    /** Looks up the owners of the batch. */
    Future<Void> nameOwners();

    /** The name of the node that owns a state, or empty where it is not replicated; after {@link #nameOwners}. */
    String owner(int i);

    /** Deletes those of the batch that are chosen, on this node and on its peers. The number that there were in this kernel. */
    Future<Integer> delete(IntPredicate chosen);

    /** Whether this node replicates, so that states have owners. */
    boolean isReplicated();

    /** Ends the reading. */
    void close();
}
