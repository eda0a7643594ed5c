// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file that only its owner may read. */
final class PrivateFile {
    private static final FileAttribute<?> MODE_0600 =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private PrivateFile() {}

    /** Writes it anew; the old content stays until the new one is whole. The owner stays: it may be the user of the daemon. */
    static void replace(Path file, String text) throws IOException {
        Path fresh = file.toAbsolutePath().resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (SeekableByteChannel channel = Files.newByteChannel(
                fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), MODE_0600)) {
            channel.write(StandardCharsets.UTF_8.encode(text));
        }
        if (Files.exists(file)) {
            PosixFileAttributeView owner = Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
            owner.setOwner(Files.getOwner(file));
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
