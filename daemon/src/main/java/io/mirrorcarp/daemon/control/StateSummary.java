// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts states by their protocols. */
final class StateSummary implements StateWork {
    private static final int SCHEMA = 1;

    private final StateFilter filter;
    private final boolean json;
    private final Map<String, long[]> counts = new HashMap<>();
    private long total;

    StateSummary(StateFilter filter, boolean json) {
        this.filter = filter;
        this.json = json;
    }

    /** The owners are asked for only where the filter needs them. */
    @Override
    public Future<String> take(StateTable table) {
        Future<Void> named = filter.owner().isPresent() ? table.nameOwners() : Future.succeededFuture();
        return named.map(done -> {
            count(table);
            return "";
        });
    }

    private void count(StateTable table) {
        boolean owners = filter.owner().isPresent();
        for (int i = 0; i < table.count(); i++) {
            if ((!owners || filter.isOwner(table.owner(i))) && filter.ends().match(table.entry(i))) {
                String proto = ProtocolNames.name(table.entry(i).original.protocol);
                counts.computeIfAbsent(proto, absent -> new long[1])[0]++;
                total++;
            }
        }
    }

    @Override
    public String end(StateTable table) {
        List<Map.Entry<String, long[]>> sorted = counts.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, long[]> count) -> -count.getValue()[0])
                        .thenComparing(Map.Entry::getKey))
                .toList();
        if (json) {
            JsonObject byProto = new JsonObject();
            sorted.forEach(count -> byProto.put(count.getKey(), count.getValue()[0]));
            return new JsonObject()
                            .put("schema", SCHEMA)
                            .put("total", total)
                            .put("byProto", byProto)
                            .encodePrettily()
                    + "\n";
        }
        StringBuilder text = new StringBuilder(total + " states\n");
        int width = Long.toString(total).length();
        for (Map.Entry<String, long[]> count : sorted) {
            String number = Long.toString(count.getValue()[0]);
            text.append("  ").append(" ".repeat(width - number.length()));
            text.append(number).append(' ').append(count.getKey()).append('\n');
        }
        return text.toString();
    }
}
