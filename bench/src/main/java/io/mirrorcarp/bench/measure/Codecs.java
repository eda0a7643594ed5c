// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.measure;

import io.mirrorcarp.bench.codec.CodecBenchmark;
import io.mirrorcarp.bench.report.Figure;
import io.mirrorcarp.bench.report.Reading;
import io.mirrorcarp.bench.report.Result;
import io.mirrorcarp.bench.report.Role;
import io.mirrorcarp.lab.net.LabException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What each flow passes in our own code, alone, under JMH. */
public final class Codecs implements Measurement {
    private static final String ALLOCATED = "gc.alloc.rate.norm";

    @Override
    public List<String> names() {
        return List.of("codecs");
    }

    @Override
    public String summary() {
        return "time and allocation of carpd's codecs for one flow or one frame, under JMH";
    }

    @Override
    public List<Result> run(Set<String> wanted, Campaign campaign) {
        campaign.step("codecs: JMH runs in a process of its own");
        List<Reading> nanos = new ArrayList<>();
        List<Reading> bytes = new ArrayList<>();
        for (RunResult result : measure(campaign.effort())) {
            String label = result.getPrimaryResult().getLabel();
            nanos.add(new Reading(label, Role.REMARK, result.getPrimaryResult().getScore()));
            bytes.add(new Reading(label, Role.REMARK, allocated(result)));
        }
        List<Figure> figures =
                List.of(Figure.cost("time", "ns", nanos, null), Figure.cost("allocated", "bytes", bytes, null));
        String title = "one TCP flow with translation; of seal and open one frame of 1,400 bytes";
        return List.of(Result.of("codecs", title, figures, List.of(), Map.of()));
    }

    private static Iterable<RunResult> measure(Effort effort) {
        // Another JMH on the machine is none of our business: its lock file would refuse to run beside it.
        System.setProperty("jmh.ignoreLock", "true");
        TimeValue time = TimeValue.milliseconds(effort.choose(1000, 300));
        try {
            return new Runner(new OptionsBuilder()
                            .include(CodecBenchmark.class.getName())
                            .forks(1)
                            .warmupIterations(effort.choose(3, 2))
                            .warmupTime(time)
                            .measurementIterations(effort.choose(5, 2))
                            .measurementTime(time)
                            .timeUnit(TimeUnit.NANOSECONDS)
                            .addProfiler(GCProfiler.class)
                            .verbosity(VerboseMode.SILENT)
                            .build())
                    .run();
        } catch (RunnerException e) {
            throw new LabException("JMH does not run: " + e.getMessage(), e);
        }
    }

    @SuppressWarnings("rawtypes") // as JMH declares it
    private static double allocated(RunResult result) {
        for (Map.Entry<String, org.openjdk.jmh.results.Result> one :
                result.getSecondaryResults().entrySet()) {
            if (one.getKey().endsWith(ALLOCATED)) {
                return one.getValue().getScore();
            }
        }
        return Double.NaN;
    }
}
