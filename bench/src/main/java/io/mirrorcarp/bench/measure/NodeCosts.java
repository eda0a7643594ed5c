// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

/**
 * What replication costs a node when several work at the same time: it tells of its own flows, and takes those of all others.
 *
 * @param idlePercent of a core, without flows
 * @param tellMicros CPU time for each flow of its own
 * @param takeMicros CPU time for each flow of another node
 */
record NodeCosts(double idlePercent, double tellMicros, double takeMicros) {
    private static final double MICROS_PER_PERCENT = 1e4;

    /**
     * From one active node and one that waits.
     *
     * @param activePercent of a core, of the one that has the flows
     * @param waitingPercent of a core, of the one that takes them
     */
    static NodeCosts of(double idlePercent, double activePercent, double waitingPercent, double flowsPerSecond) {
        return new NodeCosts(
                idlePercent,
                (activePercent - idlePercent) * MICROS_PER_PERCENT / flowsPerSecond,
                (waitingPercent - idlePercent) * MICROS_PER_PERCENT / flowsPerSecond);
    }

    private double microsPerFlow(int nodes) {
        return tellMicros + (nodes - 1) * takeMicros;
    }

    /** What a node uses of a core, in percent, where each of so many has that many flows a second. */
    double percent(int nodes, double flowsPerSecond) {
        return idlePercent + flowsPerSecond * microsPerFlow(nodes) / MICROS_PER_PERCENT;
    }

    /** How many flows a second each of so many nodes may have, until replication fills a core of it. */
    double mostFlowsPerSecond(int nodes) {
        return (100 - idlePercent) * MICROS_PER_PERCENT / microsPerFlow(nodes);
    }
}
