// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.proto.control.Request;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "demote",
        description = "Makes this node less preferred, for all its virtual hosts or for those of a group.",
        customSynopsis = {"carpctl demote N --reason TEXT [--for 10m] [--group G]", "carpctl demote --reset [--group G]"
        })
final class DemoteCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Spec
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "N", description = "By how much, 1 to 255.")
    private @Nullable Integer value;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; status and the log show it.")
    private @Nullable String reason;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = Span.class,
            description = "End it after this time, such as 30s, 10m or 1h.")
    private @Nullable Duration duration;

    @Option(names = "--group", paramLabel = "G", description = "Only the virtual hosts of this group.")
    private @Nullable String group;

    @Option(names = "--reset", description = "End it now.")
    private boolean reset;

    @Override
    public Integer call() {
        if (reset) {
            if (value != null || reason != null || duration != null) {
                throw new ParameterException(spec.commandLine(), "--reset takes --group and nothing else");
            }
            Request.DemoteReset.Builder all = Request.DemoteReset.newBuilder();
            if (group != null) {
                all.setGroup(group);
            }
            return carpctl.ask(Request.newBuilder().setDemoteReset(all));
        }
        if (value == null || reason == null || value < 1 || value > 255) {
            throw new ParameterException(
                    spec.commandLine(), "demote needs a number from 1 to 255 and --reason TEXT, or --reset");
        }
        Request.Demote.Builder demote = Request.Demote.newBuilder()
                .setValue(value)
                .setReason(reason)
                .setForMillis(duration == null ? 0 : duration.toMillis());
        if (group != null) {
            demote.setGroup(group);
        }
        return carpctl.ask(Request.newBuilder().setDemote(demote));
    }
}
