// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the two kernels of a pair held. The table of fw-b is read between two readings of that of fw-a, so that a flow which ends meanwhile is no difference. Flows
 * that are closing count like all others: one that stopped half way stays for up to two minutes at its owner, and so does the copy.
 */
final class TableComparison {
    private static final int EXAMPLES = 10;

    private final KernelTable a;
    private final KernelTable b;
    private final List<String> onlyA;
    private final List<String> onlyB;
    private final long readNanos;

    private TableComparison(KernelTable before, KernelTable b, KernelTable after, long readNanos) {
        this.a = after;
        this.b = b;
        this.readNanos = readNanos;
        onlyA = after.flows().stream()
                .filter(flow -> before.has(flow) && !b.has(flow))
                .toList();
        onlyB = b.flows().stream()
                .filter(flow -> !before.has(flow) && !after.has(flow))
                .toList();
    }

    private static TableComparison of(Pair pair) {
        KernelTable before = KernelTable.of(pair.a.host());
        KernelTable b = KernelTable.of(pair.b.host());
        long readNanos = System.nanoTime();
        return new TableComparison(before, b, KernelTable.of(pair.a.host()), readNanos);
    }

    /**
     * Compares until the kernels hold the same flows with the same translation, and prints how long that took.
     *
     * @param limit a comparison that began later than this must find them equal
     * @throws AssertionError with what differs
     */
    static TableComparison awaitEqual(Pair pair, Duration limit) {
        long start = System.nanoTime();
        TableComparison last;
        long begun;
        do {
            begun = System.nanoTime() - start;
            last = of(pair);
            System.out.printf("%.1f to %.1f s: %s%n", begun / 1e9, (last.readNanos - start) / 1e9, last);
        } while (!last.isEqual() && begun <= limit.toNanos());
        if (!last.isEqual()) {
            throw new AssertionError(last + last.examples() + pair.logsOf());
        }
        return last;
    }

    private boolean isEqual() {
        return onlyA.isEmpty() && onlyB.isEmpty();
    }

    /** How many flows of both are in which two states, where these are not the same. */
    Map<String, Long> statesThatDiffer() {
        return a.statesThatDifferFrom(b);
    }

    @Override
    public String toString() {
        String flows = a.size() + " flows " + a.split(a.flows()) + ", in different states " + statesThatDiffer();
        return isEqual()
                ? "equal, " + flows
                : onlyA.size() + " only on fw-a " + a.split(onlyA) + ", " + onlyB.size() + " only on fw-b "
                        + b.split(onlyB) + " of " + flows;
    }

    private String examples() {
        return Stream.concat(
                        onlyA.stream().limit(EXAMPLES).map(flow -> "\n  fw-a: " + flow + " " + a.state(flow)),
                        onlyB.stream().limit(EXAMPLES).map(flow -> "\n  fw-b: " + flow + " " + b.state(flow)))
                .collect(Collectors.joining());
    }
}
