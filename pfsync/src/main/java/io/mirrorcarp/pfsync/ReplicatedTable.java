// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import io.vertx.core.Context;
import io.vertx.core.Future;

/** A table with its events, opened and not yet started. */
public interface ReplicatedTable extends StateTable, AutoCloseable {
    /**
     * Begins to tell of events, those since the table was opened first.
     *
     * @param context an event loop's
     * @return done when events come
     */
    Future<Void> start(Context context, StateEvents events);

    /** Ends it, on the context. */
    @Override
    void close();
}
