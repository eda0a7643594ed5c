// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one system spent on the flows of one load.
 *
 * @param flows opened while it was measured
 * @param ratePerSecond that the load came to
 * @param senderNanos CPU time of the processes on fw-a, by thread
 * @param receiverNanos CPU time of the processes on fw-b, by thread
 * @param wireBytes on the sync link
 * @param missing flows that the receiver's kernel did not have in the end, or not as established
 * @param losses what the system itself counts as lost
 */
record FlowCosts(
        long flows,
        double ratePerSecond,
        Map<String, Long> senderNanos,
        Map<String, Long> receiverNanos,
        long wireBytes,
        int missing,
        Map<String, Long> losses) {

    double senderMicrosPerFlow() {
        return sum(senderNanos) / 1e3 / flows;
    }

    double receiverMicrosPerFlow() {
        return sum(receiverNanos) / 1e3 / flows;
    }

    double wireBytesPerFlow() {
        return (double) wireBytes / flows;
    }

    private static long sum(Map<String, Long> nanosByThread) {
        return nanosByThread.values().stream().mapToLong(Long::longValue).sum();
    }

    /** For the JSON: what each thread spent on a flow, in microseconds. */
    Map<String, Object> details() {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("flows", flows);
        details.put("flowsPerSecond", Math.round(ratePerSecond));
        details.put("missing", missing);
        details.put("losses", losses);
        details.put("senderMicrosPerFlowByThread", byThread(senderNanos));
        details.put("receiverMicrosPerFlowByThread", byThread(receiverNanos));
        return details;
    }

    private Map<String, Double> byThread(Map<String, Long> nanosByThread) {
        Map<String, Double> micros = new LinkedHashMap<>();
        nanosByThread.entrySet().stream()
                .filter(thread -> thread.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .forEach(thread -> micros.put(thread.getKey(), Math.round(thread.getValue() / 10.0 / flows) / 100.0));
        return micros;
    }
}
