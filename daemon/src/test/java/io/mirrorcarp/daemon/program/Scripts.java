// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes shell scripts for tests. */
public final class Scripts {
    private Scripts() {}

    /** An executable script of mode 0755; it replaces an earlier one at once, so that no run sees half of it. */
    public static Path write(Path file, String body) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Files.move(
                fresh,
                file,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
