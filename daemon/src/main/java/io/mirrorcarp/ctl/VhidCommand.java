// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.proto.control.Request;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(name = "vhid", description = "Nudges a virtual host.")
final class VhidCommand implements Callable<Integer> {
    /** Where it can be sent. */
    enum Verb {
        down,
        up,
        master,
        backup
    }

    @ParentCommand
    private Carpctl carpctl;

    @Parameters(index = "0", paramLabel = "NAME", description = "The NAME of its [carp.NAME] table.")
    private String name;

    @Parameters(index = "1", paramLabel = "VERB", description = "One of ${COMPLETION-CANDIDATES}.")
    private Verb verb;

    @Option(
            names = "--for",
            paramLabel = "TIME",
            converter = Span.class,
            description = "With down: up again after this time, such as 10m.")
    private @Nullable Duration duration;

    @Option(names = "--force", description = "Leave the others of its group where they are.")
    private boolean force;

    @Override
    public Integer call() {
        return carpctl.ask(Request.newBuilder()
                .setVhid(Request.Vhid.newBuilder()
                        .setName(name)
                        .setVerb(verb())
                        .setForMillis(duration == null ? 0 : duration.toMillis())
                        .setForce(force)));
    }

    private Request.Vhid.Verb verb() {
        return switch (verb) {
            case down -> Request.Vhid.Verb.DOWN;
            case up -> Request.Vhid.Verb.UP;
            case master -> Request.Vhid.Verb.MASTER;
            case backup -> Request.Vhid.Verb.BACKUP;
        };
    }
}
