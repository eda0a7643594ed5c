// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.proto.control.Request;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "status",
        description = "Who is master, since when and why; may a failover happen now; this node and its peer.",
        footer = {
            "",
            "Examples:",
            "  carpctl status",
            "  carpctl status --watch",
            "  carpctl status --json | jq .failoverReady"
        })
final class StatusCommand implements Callable<Integer> {
    private static final long REDRAW_MILLIS = 1000;

    @ParentCommand
    private Carpctl carpctl;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    @Option(names = "--watch", description = "Show it again every second, until Ctrl-C.")
    private boolean watch;

    /** Asks for it. */
    static Request.Builder request(boolean json) {
        return Request.newBuilder().setStatus(Request.Status.newBuilder().setJson(json));
    }

    @Override
    public Integer call() throws InterruptedException {
        Request.Builder request = request(json);
        if (!watch) {
            return carpctl.askForScreen(request);
        }
        boolean drawn = !json && Tty.canDraw(System.getenv());
        if (!drawn && !carpctl.hasDaemon()) {
            return carpctl.ask(request);
        }
        while (!carpctl.out().checkError()) {
            ByteArrayOutputStream shown = new ByteArrayOutputStream();
            PrintStream page = new PrintStream(shown, true, StandardCharsets.UTF_8);
            int status = carpctl.askForScreen(request, page);
            String text = shown.toString(StandardCharsets.UTF_8);
            carpctl.out().print(drawn ? Screen.redrawn(text, Tty.size().rows()) : text);
            carpctl.out().flush();
            if (status != ExitStatus.OK && status != ExitStatus.NO_DAEMON) {
                return status;
            }
            Thread.sleep(REDRAW_MILLIS);
        }
        return ExitStatus.OK;
    }
}
