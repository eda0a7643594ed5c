// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench;

import io.mirrorcarp.bench.measure.Advert;
import io.mirrorcarp.bench.measure.Bulk;
import io.mirrorcarp.bench.measure.Capacity;
import io.mirrorcarp.bench.measure.Codecs;
import io.mirrorcarp.bench.measure.Failover;
import io.mirrorcarp.bench.measure.FlowCost;
import io.mirrorcarp.bench.measure.Idle;
import io.mirrorcarp.bench.measure.Latency;
import io.mirrorcarp.bench.measure.Measurement;
import io.mirrorcarp.bench.measure.Memory;
import io.mirrorcarp.bench.measure.Rate;
import io.mirrorcarp.bench.measure.Start;
import io.mirrorcarp.bench.measure.TableSizes;
import io.mirrorcarp.bench.measure.Takeover;
import java.util.List;

/** All measurements, in the order of the report. */
final class Catalogue {
    static final List<Measurement> ALL = List.of(
            new FlowCost(),
            new Rate(),
            new Latency(),
            new Bulk(),
            new Memory(),
            new Failover(),
            new Takeover(),
            new Advert(),
            new Idle(),
            new Start(),
            new TableSizes(),
            new Capacity(),
            new Codecs());

    /** Those that are made when none is named: what users feel, in some 15 minutes. */
    static final List<Measurement> BY_DEFAULT = ALL.stream()
            .filter(measurement -> measurement instanceof FlowCost
                    || measurement instanceof Latency
                    || measurement instanceof Bulk
                    || measurement instanceof Failover
                    || measurement instanceof Takeover)
            .toList();

    private Catalogue() {}
}
