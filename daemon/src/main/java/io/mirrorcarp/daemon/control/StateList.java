// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.vertx.core.Future;

/** Lists states, one in each line. */
final class StateList implements StateWork {
    private final StateFilter filter;
    private final boolean json;
    private final StringBuilder text = new StringBuilder();

    StateList(StateFilter filter, boolean json) {
        this.filter = filter;
        this.json = json;
    }

    @Override
    public Future<String> take(StateTable table) {
        return table.count() == 0
                ? Future.succeededFuture("")
                : table.nameOwners().map(named -> lines(table));
    }

    private String lines(StateTable table) {
        text.setLength(0);
        for (int i = 0; i < table.count(); i++) {
            if (filter.matches(table, i)) {
                String owner = table.owner(i);
                line(table, i, owner.isEmpty() && table.isReplicated() ? StateFilter.NOBODY : owner);
            }
        }
        return text.toString();
    }

    private void line(StateTable table, int i, String owner) {
        if (json) {
            text.append(StateJson.line(table.entry(i), owner));
        } else {
            StateText.append(text, table.entry(i), owner);
        }
    }

    @Override
    public String end(StateTable table) {
        return "";
    }
}
