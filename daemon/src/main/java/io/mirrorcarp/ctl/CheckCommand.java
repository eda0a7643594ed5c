// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.daemon.control.ExitStatus;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "check",
        description = {
            "One line for Nagios, Icinga, Checkmk and Zabbix, with performance data. Ends with 0 when all is well, 1 for a warning and 2 when it is critical:"
                    + " a virtual host without a master or with two, or no daemon. Ends with 3 when it cannot tell, for it may not use the control socket"
                    + " or was called wrongly."
        },
        footer = {"", "Examples:", "  carpctl check", "  carpctl check --expect master"})
final class CheckCommand implements Callable<Integer> {
    /** What the node is wanted to be. */
    enum Expected {
        master,
        backup,
        any
    }

    @ParentCommand
    private Carpctl carpctl;

    @Option(
            names = "--expect",
            defaultValue = "any",
            paramLabel = "master|backup|any",
            description = "What this node is to be; another state is a warning. Default ${DEFAULT-VALUE}.")
    private Expected expected;

    @Override
    public Integer call() {
        CheckVerdict verdict = verdict();
        carpctl.out().println(verdict.line());
        return verdict.level().exitStatus();
    }

    private CheckVerdict verdict() {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteArrayOutputStream complaints = new ByteArrayOutputStream();
        int status = carpctl.ask(StatusCommand.request(true), print(answer), print(complaints));
        String why = complaints.toString(StandardCharsets.UTF_8).strip();
        JsonNode json = TopCommand.parsed(new ObjectMapper(), answer.toString(StandardCharsets.UTF_8));
        if (status == ExitStatus.OK && json != null && json.isObject()) {
            return CheckVerdict.of(json, expected == Expected.any ? "" : expected.name());
        }
        boolean forbidden = status == ExitStatus.FAILED && !Files.isWritable(Path.of(carpctl.socket()));
        return status == ExitStatus.OK || forbidden ? CheckVerdict.unknown(why) : CheckVerdict.unanswered(why);
    }

    private static PrintStream print(ByteArrayOutputStream out) {
        return new PrintStream(out, true, StandardCharsets.UTF_8);
    }
}
