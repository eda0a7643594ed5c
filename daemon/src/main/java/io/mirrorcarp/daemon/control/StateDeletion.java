// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.vertx.core.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Deletes states, on this node and on its peers. */
final class StateDeletion implements StateWork {
    private final StateFilter filter;
    /** Counted where the kernel answers, and read where somebody waits. */
    private final AtomicLong deleted = new AtomicLong();

    StateDeletion(StateFilter filter) {
        this.filter = filter;
    }

    @Override
    public Future<String> take(StateTable table) {
        if (table.count() == 0) {
            return Future.succeededFuture("");
        }
        return table.nameOwners()
                .compose(named -> table.delete(i -> filter.matches(table, i)))
                .map(number -> {
                    deleted.addAndGet(number);
                    return "";
                });
    }

    @Override
    public String soFar() {
        return "deleted " + deleted.get() + " so far\n";
    }

    @Override
    public String end(StateTable table) {
        long number = deleted.get();
        if (number == 0) {
            return "no state matches: nothing was deleted\n";
        }
        String where = table.isReplicated() ? " here and on the peers\n" : " on this node: pfsync is off\n";
        return "deleted " + number + (number == 1 ? " state" : " states") + where;
    }
}
