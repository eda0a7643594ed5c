// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.bed.Bed;
import io.mirrorcarp.bench.gauge.CpuMeter;
import io.mirrorcarp.bench.gauge.ProcessMemory;
import io.mirrorcarp.bench.report.Figure;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.Role;
import io.mirrorcarp.bench.report.Target;
import io.mirrorcarp.bench.system.ElectionSystem;
import io.mirrorcarp.bench.system.Elector;
import io.mirrorcarp.bench.system.ReplicationSystem;
import io.mirrorcarp.bench.system.Replicator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** CPU time, and memory of the master, when nothing happens but advertisements and heartbeats. */
public final class Idle implements Measurement {
    private static final int SECONDS = 30;
    private static final double MOST_PERCENT = 0.4;
    private static final double MOST_MEGABYTES = 85;

    /** A combination of systems that does the whole job, or a part of it. */
    private record Case(String label, Role role, ElectionSystem election, boolean fast, boolean conntrackd) {}

    private static final List<Case> CASES = List.of(
            new Case("keepalived + conntrackd FT-FW", Role.PEER, ElectionSystem.KEEPALIVED, false, true),
            new Case("ucarp", Role.REMARK, ElectionSystem.UCARP, false, false),
            new Case("carpd", Role.OURS, ElectionSystem.CARPD, false, false),
            new Case("keepalived, 20 ms", Role.REMARK, ElectionSystem.KEEPALIVED, true, false),
            new Case("carpd, 20 ms", Role.REMARK, ElectionSystem.CARPD, true, false));

    @Override
    public List<String> names() {
        return List.of("idle");
    }

    @Override
    public String summary() {
        return "CPU use of both ends, and memory of the master, with advertisements and heartbeats only";
    }

    @Override
    public List<Result> run(Set<String> wanted, Campaign campaign) {
        List<Reading> master = new ArrayList<>();
        List<Reading> backup = new ArrayList<>();
        List<Reading> resident = new ArrayList<>();
        Map<String, Object> details = new LinkedHashMap<>();
        for (Case one : CASES) {
            campaign.step(one.label() + ": starts, then idles for " + SECONDS + " s");
            measure(one, campaign, master, backup, resident, details);
        }
        List<Figure> figures = List.of(
                Figure.cost("master", "% of a core", master, Target.atMost(MOST_PERCENT)),
                Figure.cost("backup", "% of a core", backup, Target.atMost(MOST_PERCENT)),
                Figure.cost("resident", "MB", resident, Target.atMost(MOST_MEGABYTES)));
        String title = "CPU time without traffic over %d s, two virtual addresses, interval 1 s".formatted(SECONDS);
        return List.of(Result.of("idle", title, figures, List.of(), details));
    }

    private static void measure(
            Case one,
            Campaign campaign,
            List<Reading> master,
            List<Reading> backup,
            List<Reading> resident,
            Map<String, Object> details) {
        try (Bed bed = new Bed()) {
            Elector elector = one.election().on(bed, one.fast());
            elector.launchPreferred();
            elector.launchOther();
            elector.awaitRoles();
            List<Long> onMaster = new ArrayList<>(elector.preferredProcesses());
            List<Long> onBackup = new ArrayList<>(elector.otherProcesses());
            if (one.conntrackd()) {
                Replicator replicator = ReplicationSystem.FTFW.on(bed);
                replicator.start();
                onMaster.addAll(replicator.senderProcesses());
                onBackup.addAll(replicator.receiverProcesses());
            }
            // A JVM compiles most of what an idle node runs in its first minute.
            Loads.hold(campaign.effort().choose(60, 5), () -> {});
            CpuMeter masterCpu = new CpuMeter(onMaster);
            CpuMeter backupCpu = new CpuMeter(onBackup);
            Loads.hold(SECONDS, () -> {
                masterCpu.read();
                backupCpu.read();
            });
            master.add(new Reading(one.label(), one.role(), percent(masterCpu)));
            backup.add(new Reading(one.label(), one.role(), percent(backupCpu)));
            double megabytes = ProcessMemory.of(onMaster).residentMegabytes();
            resident.add(new Reading(one.label(), one.role(), megabytes));
            details.put(one.label(), Map.of("masterNanos", used(masterCpu), "backupNanos", used(backupCpu)));
        }
    }

    private static Map<String, Long> used(CpuMeter cpu) {
        Map<String, Long> used = new LinkedHashMap<>(cpu.nanosByThread());
        used.values().removeIf(nanos -> nanos == 0);
        return used;
    }

    private static double percent(CpuMeter cpu) {
        return cpu.nanos() / (SECONDS * 1e7);
    }
}
