// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.Passphrase;
import io.mirrorcarp.daemon.config.Secret;
import io.mirrorcarp.daemon.config.Settings;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import io.mirrorcarp.daemon.control.CommandFailure;
import io.mirrorcarp.daemon.control.ExitStatus;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The passFiles of a node while their passphrases are being changed. Which passphrase is meant is told by the digest of the present one, since virtual hosts and files have names of
 * their own on each node. Each step can be done again, and leaves files that a start reads as they were meant.
 */
final class PassphraseFiles {
    private record Change(Path file, Secret before, Secret after) {}

    private final Map<Path, Change> changes = new LinkedHashMap<>();

    /**
     * The digests of all passphrases.
     *
     * @throws CommandFailure where a virtual host has none in a file of its own, or is in the middle of a change
     */
    static Map<String, Path> byDigest(Configuration configuration) throws CommandFailure {
        Map<String, Path> files = new LinkedHashMap<>();
        for (VirtualHostConfiguration host : configuration.virtualHosts()) {
            Passphrase passphrase = host.passphrase();
            if (passphrase.file().isEmpty()) {
                throw failure("carp." + host.name() + " has no passFile: write its passphrase into one first");
            }
            if (host.nextPassphrase().isPresent()) {
                throw failure(
                        "carp." + host.name() + " has a second passphrase already: remove nextPassFile, or the file "
                                + passphrase.file().get() + Passphrase.NEXT + ", and reload");
            }
            files.put(digest(passphrase), Path.of(passphrase.file().get()));
        }
        return files;
    }

    private static String digest(Passphrase passphrase) {
        return Settings.digest(passphrase.secret()).replace(' ', ':');
    }

    private static CommandFailure failure(String sentence) {
        return new CommandFailure(ExitStatus.NOT_IN_WANTED_STATE, sentence);
    }

    /**
     * Writes the next passphrases beside the present ones.
     *
     * @param next by the digest of the present one; every one must be there
     */
    void stage(Configuration configuration, Map<String, String> next) throws CommandFailure, IOException {
        if (!next.keySet().equals(byDigest(configuration).keySet())) {
            throw failure("the nodes have other passphrases: carpctl config diff --peer");
        }
        changes.clear();
        for (VirtualHostConfiguration host : configuration.virtualHosts()) {
            Path file = Path.of(host.passphrase().file().orElseThrow());
            String after = Objects.requireNonNull(next.get(digest(host.passphrase())));
            changes.put(
                    file,
                    new Change(file, host.passphrase().secret(), Secret.of(after.getBytes(StandardCharsets.US_ASCII))));
        }
        for (Change change : changes.values()) {
            write(beside(change.file), change.after);
        }
    }

    /** The next one is the present one, and the one before is accepted too. */
    void use() throws IOException {
        for (Change change : changes.values()) {
            // A start between these two has the new one alone, which all nodes accept by now.
            write(change.file, change.after);
            write(beside(change.file), change.before);
        }
    }

    /** Only the present one is left. */
    void finish() throws IOException {
        for (Change change : changes.values()) {
            Files.deleteIfExists(beside(change.file));
        }
        changes.clear();
    }

    private static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + Passphrase.NEXT);
    }

    private static void write(Path file, Secret passphrase) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (SeekableByteChannel channel = Files.newByteChannel(
                draft, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly)) {
            channel.write(ByteBuffer.wrap(passphrase.bytes()));
            channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
            ((FileChannel) channel).force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
