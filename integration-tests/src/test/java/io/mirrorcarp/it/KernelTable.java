// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import io.mirrorcarp.lab.net.LabHost;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The TCP flows that a host's kernel holds, as conntrack(8) tells them. */
final class KernelTable {
    /** From both tuples to the state and the marks. */
    private final Map<String, String> flows = new HashMap<>();

    private KernelTable() {}

    static KernelTable of(LabHost host) {
        KernelTable table = new KernelTable();
        host.run("conntrack", "-L", "-p", "tcp").orThrow().out().lines().forEach(table::add);
        return table;
    }

    /** {@code tcp 6 431999 ESTABLISHED src=.. dst=.. sport=.. dport=.. src=.. dst=.. sport=.. dport=.. [ASSURED] mark=0 use=1} */
    private void add(String line) {
        String[] words = line.trim().split(" +");
        String tuples = Arrays.stream(words)
                .filter(word -> word.matches("(src|dst|sport|dport)=.*"))
                .collect(Collectors.joining(" "));
        String rest = words[3]
                + (line.contains("[ASSURED]") ? " assured" : "")
                + (line.contains("[UNREPLIED]") ? " unreplied" : "");
        flows.put(tuples, rest);
    }

    /** Whether a flow is among them that was closed and ends soon. */
    boolean hasClosed() {
        return flows.values().stream()
                .anyMatch(state -> state.matches("(CLOSE|TIME_WAIT|LAST_ACK|CLOSE_WAIT|FIN_WAIT).*"));
    }

    int size() {
        return flows.size();
    }

    /** Flows that both hold, in different TCP states. */
    long statesThatDifferFrom(KernelTable other) {
        return flows.entrySet().stream()
                .filter(flow -> !flow.getValue().equals(other.flows.getOrDefault(flow.getKey(), flow.getValue())))
                .count();
    }

    /** Empty when both hold the same flows with the same translation; else how many are in one only, and some of them. */
    String differenceFrom(KernelTable other) {
        Map<String, String> differing = new HashMap<>();
        flows.forEach((flow, state) -> {
            if (!other.flows.containsKey(flow)) {
                differing.put(flow, state + " here, none there");
            }
        });
        other.flows.forEach((flow, state) -> {
            if (!flows.containsKey(flow)) {
                differing.put(flow, "none here, " + state + " there");
            }
        });
        return differing.isEmpty()
                ? ""
                : differing.size() + " of " + flows.size() + " flows differ, such as\n  "
                        + differing.entrySet().stream()
                                .limit(10)
                                .map(entry -> entry.getKey() + ": " + entry.getValue())
                                .collect(Collectors.joining("\n  "));
    }
}
