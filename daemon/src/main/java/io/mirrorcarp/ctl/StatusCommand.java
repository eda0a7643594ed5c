// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.control.ExitStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "status",
        description = "Who is master, since when and why; may a failover happen now; this node and its peer.")
final class StatusCommand implements Callable<Integer> {
    private static final long REDRAW_MILLIS = 1000;
    private static final String CLEAR_SCREEN = "\u001b[H\u001b[2J";

    @ParentCommand
    private Carpctl carpctl;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    @Option(names = "--watch", description = "Show it again every second, until Ctrl-C.")
    private boolean watch;

    @Override
    public Integer call() throws InterruptedException {
        List<String> request = json ? List.of("status", "--json") : List.of("status");
        if (!watch) {
            return carpctl.ask(request);
        }
        boolean terminal = isTerminal();
        int status = ExitStatus.OK;
        while (status == ExitStatus.OK && !carpctl.out().checkError()) {
            carpctl.out().print(terminal ? CLEAR_SCREEN : "");
            status = carpctl.ask(request);
            Thread.sleep(REDRAW_MILLIS);
        }
        return status;
    }

    private static boolean isTerminal() {
        try {
            Path device = Path.of("/proc/self/fd/1").toRealPath();
            return device.startsWith("/dev/pts") || device.toString().startsWith("/dev/tty");
        } catch (IOException expected) {
            return false;
        }
    }
}
