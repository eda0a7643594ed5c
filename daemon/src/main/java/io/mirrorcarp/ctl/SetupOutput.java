// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.ctl.files.NewFiles;
import io.mirrorcarp.ctl.setup.KernelAndRules;
import io.mirrorcarp.ctl.setup.SetupFiles;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.mirrorcarp.daemon.host.FileProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes the files of a node, checks them and puts them in force, and tells the user. */
final class SetupOutput {
    private static final Path MODULES_OF_PACKAGE = Path.of("/usr/lib/modules-load.d/carpd.conf");

    private final Carpctl carpctl;
    private final Path directory;

    SetupOutput(Carpctl carpctl, Path directory) {
        this.carpctl = carpctl;
        this.directory = directory;
    }

    /** Writes the files; the exit status. */
    int write(List<NewFile> files, boolean force) {
        NewFiles writer = new NewFiles(directory, force);
        try {
            List<Path> inTheWay = writer.inTheWay(files);
            if (!inTheWay.isEmpty()) {
                inTheWay.forEach(path -> carpctl.err().println("carpctl: " + path + " is there already, and is kept"));
                carpctl.err().println("carpctl: nothing is written: move it away, or add --force");
                return ExitStatus.FAILED;
            }
            writer.write(files).forEach(path -> carpctl.out().println("wrote " + path));
        } catch (IOException e) {
            carpctl.err().println("carpctl: cannot write: " + FileProblem.of(e));
            return ExitStatus.FAILED;
        }
        ConfigurationResult check = ConfigurationFile.load(
                directory.resolve(SetupFiles.CONFIGURATION).toString());
        check.warningLines().forEach(carpctl.err()::println);
        check.faultLines().forEach(carpctl.err()::println);
        return check.configuration().isPresent() ? ExitStatus.OK : ExitStatus.CONFIGURATION_INVALID;
    }

    /** Loads the rules and the settings now; the exit status. */
    int apply() throws IOException, InterruptedException {
        List<String> failures = KernelAndRules.apply(directory);
        failures.forEach(failure -> carpctl.err().println("carpctl: " + failure));
        if (failures.isEmpty()) {
            carpctl.out()
                    .println(
                            "the kernel's settings and the packet filter are in force until the next boot; to have them"
                                    + " then as well:");
            loadedAtBoot().forEach(command -> carpctl.out().println("  " + command));
        }
        return failures.isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
    }

    /** The pattern of the include matches nothing once the files are gone, which is no fault then: the other rules of the host still load. */
    private List<String> loadedAtBoot() {
        List<String> commands = new ArrayList<>();
        commands.add("cp " + directory.resolve(SetupFiles.SYSCTL) + " /etc/sysctl.d/60-carpd.conf");
        if (!Files.exists(MODULES_OF_PACKAGE)) {
            commands.add("echo nf_conntrack > /etc/modules-load.d/carpd.conf");
        }
        commands.add("echo 'include \"" + directory.resolve(SetupFiles.NFTABLES.replace(".conf", "*.conf"))
                + "\"' >> /etc/nftables.conf; systemctl enable nftables");
        return commands;
    }

    /** Tells what the user has to load; the exit status. */
    int tellHowToApply() {
        carpctl.out()
                .println(
                        "load the kernel's settings and the packet filter, or merge them into yours (or add --apply):");
        KernelAndRules.commands(directory).forEach(command -> carpctl.out().println("  " + String.join(" ", command)));
        return ExitStatus.OK;
    }
}
