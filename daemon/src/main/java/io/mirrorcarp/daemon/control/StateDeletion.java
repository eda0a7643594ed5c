// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.vertx.core.Future;

/** Deletes states, on this node and on its peers. */
final class StateDeletion implements StateWork {
    private final StateFilter filter;
    private long deleted;

    StateDeletion(StateFilter filter) {
        this.filter = filter;
    }

    @Override
    public Future<String> take(StateTable table) {
        if (table.count() == 0) {
            return Future.succeededFuture("");
        }
        return table.nameOwners()
                .compose(named -> table.delete(i -> filter.isOwner(table.owner(i))))
                .map(number -> {
                    deleted += number;
                    return "";
                });
    }

    @Override
    public String end(StateTable table) {
        if (deleted == 0) {
            return "no state matches: nothing was deleted\n";
        }
        String where = table.isReplicated() ? " here and on the peers\n" : " on this node: pfsync is off\n";
        return "deleted " + deleted + (deleted == 1 ? " state" : " states") + where;
    }
}
