// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.proto.control.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "events",
        description = "What happened: changes of state, demotion, bulk updates.",
        footer = {
            "",
            "Examples:",
            "  carpctl events -n 50",
            "  carpctl events -f",
            "  carpctl events -f --json | jq .message"
        })
final class EventsCommand implements Callable<Integer> {
    private static final long RETRY_MILLIS = 500;
    /** What a daemon keeps: all that one which has just started knows. */
    private static final int ALL = 1000;

    @ParentCommand
    private Carpctl carpctl;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with each new event, until Ctrl-C; waits for a carpd that ends and comes back.")
    private boolean follow;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            defaultValue = "20",
            description = "Begin with the latest N, 0 to 1000 (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(names = "--json", description = "For programs, one object on each line.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        boolean there = carpctl.hasDaemon();
        int status = carpctl.ask(request(count));
        while (follow && there && status == ExitStatus.NO_DAEMON) {
            carpctl.err().println("carpctl: waiting for carpd to come back; Ctrl-C ends it");
            carpctl.err().flush();
            while (!carpctl.hasDaemon()) {
                Thread.sleep(RETRY_MILLIS);
            }
            carpctl.err().println("carpctl: carpd is back");
            carpctl.err().flush();
            status = carpctl.ask(request(ALL));
        }
        return status;
    }

    private Request.Builder request(int latest) {
        return Request.newBuilder()
                .setEvents(Request.Events.newBuilder()
                        .setFollow(follow)
                        .setCount(latest)
                        .setJson(json));
    }
}
