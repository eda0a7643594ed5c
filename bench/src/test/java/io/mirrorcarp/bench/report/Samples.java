// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

import java.util.List;
import java.util.Map;

/** Results to be shown. */
final class Samples {
    static final Result COST = Result.of(
            "sender",
            "CPU time of the sender",
            List.of(
                    Figure.cost(
                            "p50",
                            "us/flow",
                            List.of(
                                    new Reading("conntrackd", Role.PEER, 48),
                                    new Reading("carpd", Role.OURS, 12.04),
                                    new Reading("floor", Role.FLOOR, 5.6)),
                            Target.atMost(10)),
                    Figure.cost("max", "us/flow", List.of(new Reading("carpd", Role.OURS, Double.NaN)), null)),
            List.of("a note & <more>"),
            Map.of("carpd", Map.of("missing", 3)));

    static final Result SIZES = new Result(
            "size",
            "by size",
            List.of(
                    Figure.cost("10,000", "us/flow", List.of(new Reading("carpd", Role.OURS, 10)), null),
                    Figure.cost("1,000,000", "us/flow", List.of(new Reading("carpd", Role.OURS, 20)), null)),
            "flows in the table",
            List.of(),
            Map.of());

    private Samples() {}
}
