// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Keeps some of the states that are chosen, and whether there are more. */
final class StatePage implements StateWork {
    private static final int SCHEMA = 1;

    private final StateFilter filter;
    private final int offset;
    private final int limit;
    private final JsonArray states = new JsonArray();
    private int passed;
    private boolean more;

    /**
     * Begins a page.
     *
     * @param offset how many of those that match come before it
     * @param limit how many it has at most
     */
    StatePage(StateFilter filter, int offset, int limit) {
        this.filter = filter;
        this.offset = offset;
        this.limit = limit;
    }

    /** Whether the rest of the table need not be read. */
    boolean isFull() {
        return more;
    }

    @Override
    public Future<String> take(StateTable table) {
        return table.count() == 0
                ? Future.succeededFuture("")
                : table.nameOwners().map(named -> add(table));
    }

    private String add(StateTable table) {
        for (int i = 0; i < table.count() && !more; i++) {
            if (filter.matches(table, i)) {
                String owner = table.owner(i);
                add(table, i, owner.isEmpty() && table.isReplicated() ? StateFilter.NOBODY : owner);
            }
        }
        return "";
    }

    private void add(StateTable table, int i, String owner) {
        if (passed < offset) {
            passed++;
        } else if (states.size() < limit) {
            states.add(new JsonObject(StateJson.line(table.entry(i), owner)));
        } else {
            more = true;
        }
    }

    @Override
    public String end(StateTable table) {
        return "";
    }

    JsonObject json() {
        return new JsonObject()
                .put("schema", SCHEMA)
                .put("offset", offset)
                .put("states", states)
                .put("more", more);
    }
}
