// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whether something may be run with the rights of the daemon: it belongs to root or to the daemon's own user, and nobody else may write to it. What a
 * symbolic link points at is what counts.
 */
public final class TrustedFile {
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int EXECUTABLE = 0111;

    private TrustedFile() {}

    /** Why a program may not be run, and what would be right; empty when it may. */
    public static Optional<String> programProblem(Path program) {
        if (!Files.isRegularFile(program)) {
            return Optional.of(Files.exists(program) ? "it is not a file" : "there is no such file");
        }
        return problem(program, EXECUTABLE);
    }

    /** Why the programs of a directory may not be run, and what would be right; empty when they may. */
    public static Optional<String> directoryProblem(Path directory) {
        if (!Files.isDirectory(directory)) {
            return Optional.of(Files.exists(directory) ? "it is not a directory" : "there is no such directory");
        }
        return problem(directory, 0);
    }

    private static Optional<String> problem(Path path, int needed) {
        try {
            int mode = (Integer) Files.getAttribute(path, "unix:mode");
            int owner = (Integer) Files.getAttribute(path, "unix:uid");
            int self = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            if (owner != 0 && owner != self) {
                return Optional.of("it belongs to user " + owner + ": chown root " + path);
            }
            if ((mode & WRITABLE_BY_OTHERS) != 0) {
                return Optional.of(
                        String.format("it has mode %04o, so others can change it: chmod go-w %s", mode & 07777, path));
            }
            return needed == 0 || (mode & needed) != 0
                    ? Optional.empty()
                    : Optional.of("it is not executable: chmod +x " + path);
        } catch (IOException e) {
            return Optional.of("it cannot be examined: " + e.getMessage());
        }
    }
}
