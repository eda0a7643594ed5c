// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.proto.control.Request;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "reload",
        description =
                "Has the daemon read its file again and bring what has changed into force. What is as before is not"
                        + " touched; a faulty file changes nothing, and exits with 4.")
final class ReloadCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Option(names = "--dry-run", description = "Only say what would change.")
    private boolean dryRun;

    @Option(
            names = "--confirm",
            paramLabel = "SECONDS",
            description = "Go back to what was before after so many seconds, unless carpctl confirm comes first.")
    private @Nullable Integer confirmSeconds;

    @Option(
            names = "--both",
            description =
                    "Reload all nodes, each its own file, at one moment: for what must be the same on all of them,"
                            + " such as an address or a passphrase. Where one file is faulty nothing is changed anywhere.")
    private boolean both;

    @Override
    public Integer call() {
        Request.Reload.Builder reload =
                Request.Reload.newBuilder().setDryRun(dryRun).setBoth(both);
        if (confirmSeconds != null) {
            reload.setConfirmSeconds(confirmSeconds);
        }
        return carpctl.ask(Request.newBuilder().setReload(reload));
    }
}
