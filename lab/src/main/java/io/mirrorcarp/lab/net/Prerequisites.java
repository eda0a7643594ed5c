// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a machine must offer before a lab can stand on it. */
public final class Prerequisites {
    private static final Map<String, String> PACKAGES =
            new TreeMap<>(Map.of("ip", "iproute2", "nft", "nftables", "sysctl", "procps"));

    private Prerequisites() {}

    /** True when this process runs as root. */
    public static boolean root() {
        try {
            return root(Files.readString(Path.of("/proc/self/status")));
        } catch (IOException e) {
            return false;
        }
    }

    /** True when the status of a process (proc(5)) has the effective user id 0, the second of four. */
    static boolean root(String status) {
        return status.lines().anyMatch(line -> line.matches("Uid:\\s+\\d+\\s+0\\s.*"));
    }

    /** The first thing that is missing, in one sentence for the user; empty when all is there. */
    public static Optional<String> missing() {
        if (!root()) {
            return Optional.of("the lab makes network namespaces, which only root may: run it with sudo");
        }
        List<String> tools = PACKAGES.keySet().stream()
                .filter(tool -> !onPath(tool))
                .sorted()
                .toList();
        return tools.isEmpty() ? Optional.empty() : Optional.of(sentence(tools));
    }

    /** Throws a {@link LabException} with that sentence when something is missing. */
    public static void require() {
        missing().ifPresent(sentence -> {
            throw new LabException(sentence);
        });
    }

    /** Names missing programs and the Debian packages that hold them. */
    static String sentence(List<String> tools) {
        String packages = tools.stream().map(PACKAGES::get).sorted().collect(Collectors.joining(" "));
        return "not installed: " + String.join(", ", tools) + "; on Debian: apt install " + packages;
    }

    private static boolean onPath(String tool) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return List.of(path.split(":", -1)).stream()
                .filter(directory -> !directory.isEmpty())
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
    }
}
