// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.metrics;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Measures how long a task waits for its turn on each event loop. It does so when the metrics are asked for, and costs nothing in between. */
public final class LoopProbes {
    private final Measures measures;
    private final Map<String, Supplier<? extends Future<Long>>> probes = new LinkedHashMap<>();

    /**
     * Has no probe yet.
     *
     * @param measures where the waits are counted
     */
    public LoopProbes(Measures measures) {
        this.measures = measures;
    }

    /**
     * Tries one more loop.
     *
     * @param probe sends something to a loop, and tells how many nanoseconds passed until the loop came to it
     */
    public LoopProbes with(String loop, Supplier<? extends Future<Long>> probe) {
        probes.put(loop, probe);
        return this;
    }

    /** Done when each loop was tried; a loop that does not run is left out. */
    Future<Void> run() {
        List<Future<Long>> runs = new ArrayList<>();
        probes.forEach((loop, probe) ->
                runs.add(probe.get().onSuccess(nanos -> measures.loop(loop).add(nanos))));
        return Future.join(runs).<Void>mapEmpty().otherwiseEmpty();
    }
}
