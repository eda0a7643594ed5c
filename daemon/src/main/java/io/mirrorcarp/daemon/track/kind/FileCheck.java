// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A file must be there, or must not: the switch of a program that knows more of the node than carpd does. */
final class FileCheck implements Check {
    private final Path file;
    private final boolean expected;

    FileCheck(Path file, boolean expected) {
        this.file = file;
        this.expected = expected;
    }

    @Override
    public String failure(Duration timeout) {
        boolean there = Files.exists(file);
        return there == expected ? "" : file + (there ? " is there" : " is not there");
    }
}
