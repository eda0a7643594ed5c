// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes several files, all or none as far as that can be known before. */
public final class NewFiles {
    private static final Set<StandardOpenOption> NEW = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path directory;
    private final boolean replace;

    /**
     * Prepares it.
     *
     * @param directory where relative paths start; made where it is missing, for its owner and group alone
     * @param replace whether files that are there with another content are replaced
     */
    public NewFiles(Path directory, boolean replace) {
        this.directory = directory;
        this.replace = replace;
    }

    /** Those that are there with another content, and so would be lost. Empty when they may be replaced. */
    public List<Path> inTheWay(List<NewFile> files) throws IOException {
        List<Path> inTheWay = new ArrayList<>();
        for (NewFile file : files) {
            Path path = directory.resolve(file.path());
            if (!replace && Files.exists(path) && !isThere(path, file)) {
                inTheWay.add(path);
            }
        }
        return inTheWay;
    }

    /** Writes those that are not there yet, and answers their paths. Each is whole or not there at all. */
    public List<Path> write(List<NewFile> files) throws IOException {
        List<Path> written = new ArrayList<>();
        for (NewFile file : files) {
            Path path = directory.resolve(file.path());
            if (!Files.exists(path) || !isThere(path, file)) {
                write(path, file);
                written.add(path);
            }
        }
        return written;
    }

    private static boolean isThere(Path path, NewFile file) throws IOException {
        if (!Files.isRegularFile(path) || Files.size(path) != file.content().length()) {
            return false;
        }
        int mode = (Integer) Files.getAttribute(path, "unix:mode") & 07777;
        return (mode & ~file.mode()) == 0
                && Arrays.equals(Files.readAllBytes(path), file.content().bytes());
    }

    private void write(Path path, NewFile file) throws IOException {
        make(directory, "rwxr-x---");
        make(path.toAbsolutePath().getParent(), "rwxr-xr-x");
        Path fresh = path.resolveSibling("." + path.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Set<PosixFilePermission> mode = permissions(file.mode());
        try (SeekableByteChannel channel =
                Files.newByteChannel(fresh, NEW, PosixFilePermissions.asFileAttribute(mode))) {
            ByteBuffer bytes = ByteBuffer.wrap(file.content().bytes());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        // The umask may have taken bits away.
        Files.setPosixFilePermissions(fresh, mode);
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void make(@Nullable Path missing, String mode) throws IOException {
        if (missing != null && !Files.isDirectory(missing)) {
            Files.createDirectories(
                    missing, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)));
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int i = 0; i < all.length; i++) {
            if ((mode >> (all.length - 1 - i) & 1) != 0) {
                permissions.add(all[i]);
            }
        }
        return permissions;
    }
}
