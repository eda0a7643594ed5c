// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.proto.control.Request;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "version",
        description = "The versions of carpctl and of the carpd that runs.",
        footer = {"", "Example:", "  carpctl version"})
final class VersionCommand implements Callable<Integer> {
    /** Asks for the daemon's. */
    static final Request.Builder REQUEST = Request.newBuilder().setVersion(Request.Version.getDefaultInstance());

    @ParentCommand
    private Carpctl carpctl;

    @Override
    public Integer call() {
        String own =
                Objects.requireNonNullElse(Carpctl.class.getPackage().getImplementationVersion(), "(not packaged)");
        carpctl.out().println("carpctl " + own);
        if (!carpctl.hasDaemon()) {
            carpctl.out().println("carpd   does not run on " + carpctl.socket());
            return ExitStatus.OK;
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        int status = carpctl.ask(REQUEST, new PrintStream(answer, true, StandardCharsets.UTF_8));
        if (status != ExitStatus.OK) {
            return status;
        }
        String running = answer.toString(StandardCharsets.UTF_8).strip();
        carpctl.out().println("carpd   " + running);
        if (!running.equals(own)) {
            carpctl.out().println("carpd still runs another version: hand over with carpctl failover, then restart it");
        }
        return ExitStatus.OK;
    }
}
