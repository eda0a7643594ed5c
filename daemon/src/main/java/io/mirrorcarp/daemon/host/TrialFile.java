// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The configuration file while a change of it is tried. What was in it before stands beside it, as {@code .NAME.before-trial}, until the change is kept or taken
 * back. A start that finds it there takes the change back: whoever was to confirm it did not. Whoever reads the file finds the one content or the other, and never
 * a part; its rights stay.
 */
public final class TrialFile {
    private final String file;

    /** @param file may be a symbolic link, which stays one */
    public TrialFile(String file) {
        this.file = file;
    }

    /** Writes the text, and keeps what was there. A trial before that was neither kept nor taken back goes on: what was there before it is kept. */
    public void begin(String text) throws IOException {
        Path path = Path.of(file).toRealPath();
        if (!Files.exists(before(path))) {
            write(path, before(path), Files.readString(path));
        }
        write(path, path, text);
    }

    /** The change stays. */
    public void keep() throws IOException {
        Path path = Path.of(file).toRealPath();
        if (Files.deleteIfExists(before(path))) {
            forceDirectory(path);
        }
    }

    /** The file is as before the trial. False where there was none. */
    public boolean takeBack() throws IOException {
        Path path = Path.of(file).toRealPath();
        if (!Files.exists(before(path))) {
            return false;
        }
        Files.move(before(path), path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory(path);
        return true;
    }

    private static Path before(Path path) {
        return path.resolveSibling("." + path.getFileName() + ".before-trial");
    }

    /** @param like whose rights it gets */
    private static void write(Path like, Path target, String text) throws IOException {
        Path fresh = like.resolveSibling("." + like.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(
                fresh,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(Files.getPosixFilePermissions(like)))) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory(like);
    }

    private static void forceDirectory(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path.resolveSibling("."), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
