// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;

/** Makes room for the control socket. */
final class SocketPath {
    /** A daemon serves the socket. */
    static final class Answered extends IOException {
        private static final long serialVersionUID = 1L;

        private Answered(Path path) {
            super("another carpd serves " + path + ": stop it, or give each its own admin.socket");
        }
    }

    private SocketPath() {}

    /**
     * Makes the directory, and removes the socket that a dead daemon left.
     *
     * @throws Answered when a daemon answers there
     * @throws IOException when something that is no socket is there, or nothing can be made there
     */
    static Path clear(Path path) throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            Files.createDirectories(directory);
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return path;
        }
        if (answers(path)) {
            throw new Answered(path);
        }
        Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if (((Integer) mode & FILE_TYPE) != SOCKET) {
            throw new IOException(path + " is there and is not a socket: remove it, or choose another admin.socket");
        }
        Files.delete(path);
        return path;
    }

    /** Lets those in who may use it. The socket belongs to the user of the daemon. */
    static void open(Path path, String group) throws IOException {
        if (!group.isEmpty()) {
            GroupPrincipal principal =
                    path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
            Files.getFileAttributeView(path, PosixFileAttributeView.class).setGroup(principal);
        }
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
    }

    /** The bits of st_mode that tell the kind of a file, and their value for a socket: inode(7). */
    private static final int FILE_TYPE = 0170000;

    private static final int SOCKET = 0140000;

    private static boolean answers(Path path) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            return channel.isConnected();
        } catch (IOException expected) {
            return false;
        }
    }
}
