// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.control.ExitStatus;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(name = "version", description = "The version of carpctl.")
final class VersionCommand implements Callable<Integer> {
    @ParentCommand
    private Carpctl carpctl;

    @Override
    public Integer call() {
        String version = Carpctl.class.getPackage().getImplementationVersion();
        carpctl.out().println("carpctl " + Objects.requireNonNullElse(version, "(not packaged)"));
        return ExitStatus.OK;
    }
}
