// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import io.mirrorcarp.lab.net.LabHost;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The TCP flows that a host's kernel holds, as conntrack(8) tells them. */
final class KernelTable {
    private static final int STATE_WORD = 3;
    private static final List<String> TUPLE_WORDS = List.of("src=", "dst=", "sport=", "dport=");

    /** From both tuples to the state, as {@code ESTABLISHED [ASSURED]}. */
    private final Map<String, String> states = new HashMap<>();

    private KernelTable() {}

    static KernelTable of(LabHost host) {
        KernelTable table = new KernelTable();
        host.run("conntrack", "-L", "-p", "tcp").orThrow().out().lines().forEach(table::add);
        return table;
    }

    /**
     * Waits until all of the hosts hold the same flows. What a node has not told yet goes with its power.
     *
     * @param address only flows with it count; or empty for all
     */
    static void awaitEqual(List<LabHost> hosts, String address, Duration limit) {
        Awaitility.await(
                        "the same flows on " + hosts.stream().map(LabHost::name).toList())
                .atMost(limit)
                .until(() -> hosts.stream()
                                .map(host -> KernelTable.of(host).flows().stream()
                                        .filter(flow -> flow.contains(address))
                                        .collect(Collectors.toSet()))
                                .distinct()
                                .count()
                        == 1);
    }

    /** {@code tcp 6 431999 ESTABLISHED src=.. dst=.. sport=.. dport=.. src=.. dst=.. sport=.. dport=.. [ASSURED] mark=0 use=1} */
    private void add(String line) {
        StringBuilder tuples = new StringBuilder();
        StringBuilder state = new StringBuilder();
        StringTokenizer words = new StringTokenizer(line);
        for (int i = 0; words.hasMoreTokens(); i++) {
            String word = words.nextToken();
            if (i == STATE_WORD) {
                state.append(word);
            } else if (word.startsWith("[")) {
                state.append(' ').append(word);
            } else if (TUPLE_WORDS.stream().anyMatch(word::startsWith)) {
                tuples.append(word).append(' ');
            }
        }
        states.put(tuples.toString(), state.toString());
    }

    /** Each flow as its two tuples, as text. */
    Set<String> flows() {
        return states.keySet();
    }

    boolean has(String flow) {
        return states.containsKey(flow);
    }

    /** Null where the table does not have the flow. */
    String state(String flow) {
        return states.get(flow);
    }

    int size() {
        return states.size();
    }

    /** How many of the flows are in which state. */
    Map<String, Long> split(Collection<String> flows) {
        return count(flows.stream(), this::state);
    }

    /** How many flows of both are in which two states, as {@code CLOSE and LAST_ACK}, where these are not the same. */
    Map<String, Long> statesThatDifferFrom(KernelTable other) {
        return count(
                states.keySet().stream()
                        .filter(flow -> other.has(flow) && !state(flow).equals(other.state(flow))),
                flow -> state(flow) + " and " + other.state(flow));
    }

    private static Map<String, Long> count(Stream<String> flows, Function<String, String> key) {
        return flows.collect(Collectors.groupingBy(key, TreeMap::new, Collectors.counting()));
    }
}
