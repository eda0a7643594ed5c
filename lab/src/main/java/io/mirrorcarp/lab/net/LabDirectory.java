// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a lab leaves on disk while it stands: {@code /run/mirrorcarp-lab/ID}, mode 0700. It holds who made the lab
 * ({@code owner}: process id and start time), the names of its namespaces, whether it is to be kept, and each host's files.
 * So a later process can remove a lab whose own process was killed, and nothing else.
 */
final class LabDirectory {
    private static final Path ROOT = Path.of("/run/mirrorcarp-lab");
    private static final String OWNER = "owner";
    private static final String NAMESPACES = "namespaces";
    private static final String KEPT = "kept";
    private static final String OFFERED = "offered";

    private final Path path;

    private LabDirectory(Path path) {
        this.path = path;
    }

    /** Makes the directory of a new lab; it appears together with its owner mark. Throws when the id is taken. */
    static LabDirectory create(String id) {
        try {
            Files.createDirectories(ROOT);
            Path draft = Files.createTempDirectory(
                    ROOT, ".new-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.writeString(draft.resolve(OWNER), ProcessMark.ofThisProcess().text() + "\n");
            Files.writeString(draft.resolve(NAMESPACES), "");
            Files.move(draft, ROOT.resolve(id), StandardCopyOption.ATOMIC_MOVE);
            return new LabDirectory(ROOT.resolve(id));
        } catch (IOException e) {
            throw new LabException("cannot make " + ROOT.resolve(id) + ": " + e.getMessage(), e);
        }
    }

    /** The directories of all labs on this machine, by id. */
    static List<LabDirectory> all() {
        if (!Files.isDirectory(ROOT)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(ROOT)) {
            return entries.filter(entry -> !entry.getFileName().toString().startsWith("."))
                    .sorted()
                    .map(LabDirectory::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String id() {
        return path.getFileName().toString();
    }

    Path path() {
        return path;
    }

    /** Notes a namespace; to be called before it is made. */
    void addNamespace(String name) {
        write(NAMESPACES, name + "\n", StandardOpenOption.APPEND);
    }

    /** The namespaces that were noted; some may not exist any more. */
    List<String> namespaces() {
        return read(NAMESPACES).lines().filter(line -> !line.isBlank()).toList();
    }

    /** Notes that the lab is to stay when its process ends. */
    void keep() {
        write(KEPT, "", StandardOpenOption.CREATE);
    }

    boolean kept() {
        return Files.exists(path.resolve(KEPT));
    }

    /** Notes that the lab is there for people to try things in, not for a run or a test that goes on in it. */
    void offer() {
        write(OFFERED, "", StandardOpenOption.CREATE);
    }

    /** Whether people are meant to try things in it. */
    boolean offered() {
        return kept() || Files.exists(path.resolve(OFFERED));
    }

    /** True while the process that made the lab lives. */
    boolean ownerLives() {
        return ProcessMark.parse(read(OWNER)).map(ProcessMark::lives).orElse(false);
    }

    void delete() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new LabException("cannot remove " + path + ": " + e.getMessage(), e);
        }
    }

    private void write(String file, String text, StandardOpenOption option) {
        try {
            Files.writeString(path.resolve(file), text, UTF_8, StandardOpenOption.WRITE, option);
        } catch (IOException e) {
            throw new LabException("cannot write " + path.resolve(file) + ": " + e.getMessage(), e);
        }
    }

    private String read(String file) {
        try {
            return Files.readString(path.resolve(file));
        } catch (IOException e) {
            return "";
        }
    }
}
