// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.gauge.DumpFloor;
import io.mirrorcarp.bench.gauge.TableFill;
import io.mirrorcarp.bench.report.Figure;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.Role;
import io.mirrorcarp.bench.report.Target;
import io.mirrorcarp.bench.system.ReplicationSystem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The whole table of a running node to a peer that knows nothing. */
public final class Bulk implements Measurement {
    private static final List<ReplicationSystem> SYSTEMS = List.of(ReplicationSystem.FTFW, ReplicationSystem.CARPD);

    /** Seconds for each flow that ours may take: 500,000 in 3 s. */
    private static final double TARGET_SECONDS_PER_FLOW = 6e-6;

    @Override
    public List<String> names() {
        return List.of("bulk");
    }

    @Override
    public String summary() {
        return "the whole table of a running node to a cold peer, until all of it is in the peer's kernel";
    }

    @Override
    public int flows(Effort effort) {
        return 2 * few(effort);
    }

    @Override
    public List<Result> run(Set<String> wanted, Campaign campaign) {
        int few = few(campaign.effort());
        List<Figure> figures = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Map<String, Object> details = new LinkedHashMap<>();
        int[] sizes = campaign.effort().brief() ? new int[] {few} : new int[] {few, 2 * few};
        for (int flows : sizes) {
            List<Reading> readings = new ArrayList<>();
            for (ReplicationSystem system : SYSTEMS) {
                campaign.step(system.label() + ": " + flows + " flows to a cold peer");
                BulkRun run = measure(system, flows);
                readings.addAll(run.readings(system));
                run.note(system, notes);
                details.put(system.label() + " " + flows, run.details());
            }
            readings.addAll(floors(flows, campaign));
            String name = String.format(Locale.ROOT, "%,d", flows);
            figures.add(Figure.cost(name, "s", readings, Target.atMost(flows * TARGET_SECONDS_PER_FLOW)));
        }
        notes.add(
                "conntrackd: both run, the peer asks (conntrackd -n). carpd: from the moment the peer's answers or imports,");
        notes.add("and, as a remark, from the start of its process. No process is bound to a core.");
        String title = "flows of a running node to a cold peer, until all are in its kernel";
        return List.of(Result.of("bulk", title, figures, notes, details));
    }

    private static int few(Effort effort) {
        return effort.choose(500_000, 50_000);
    }

    private static BulkRun measure(ReplicationSystem system, int flows) {
        try (Bed bed = new Bed()) {
            TableFill.create(bed.sender(), 0, flows);
            return BulkRun.of(bed, system.on(bed), flows);
        }
    }

    private static List<Reading> floors(int flows, Campaign campaign) {
        campaign.step("kernel floor: " + flows + " entries dumped, and created");
        try (Bed bed = new Bed()) {
            double create = TableFill.create(bed.sender(), 0, flows) / 1e9;
            double dump = DumpFloor.nanos(bed.sender()) / 1e9;
            return List.of(
                    new Reading("floor, dump", Role.FLOOR, dump), new Reading("floor, create", Role.FLOOR, create));
        }
    }
}
