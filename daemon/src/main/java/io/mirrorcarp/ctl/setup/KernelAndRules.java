// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Puts the settings of the kernel and the packet filter of a node in force. */
public final class KernelAndRules {
    private static final long LIMIT_SECONDS = 30;

    private KernelAndRules() {}

    /** The commands, as an administrator would type them. */
    public static List<List<String>> commands(Path directory) {
        return List.of(
                List.of("modprobe", "-q", "nf_conntrack"),
                List.of(
                        "sysctl",
                        "-q",
                        "-p",
                        directory.resolve(SetupFiles.SYSCTL).toString()),
                List.of("nft", "-f", directory.resolve(SetupFiles.NFTABLES).toString()));
    }

    /** Runs them, the rules first: settings of connection tracking are there once it is in use. Answers what failed, in the programs' own words. */
    public static List<String> apply(Path directory) throws IOException, InterruptedException {
        List<String> failures = new ArrayList<>();
        List<List<String>> commands = commands(directory);
        // A kernel that has connection tracking built in has no module of it.
        run(commands.get(0));
        for (List<String> command : List.of(commands.get(2), commands.get(1))) {
            String problem = run(command);
            if (!problem.isEmpty()) {
                failures.add(String.join(" ", command) + ": " + problem);
            }
        }
        return failures;
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return "not installed";
        }
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return "does not end";
        }
        return process.exitValue() == 0 ? "" : output.isEmpty() ? "status " + process.exitValue() : output;
    }
}
