// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.hooks;

import io.mirrorcarp.daemon.program.TrustedFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The programs of hooks.d: those that run-parts(8) would run, in the order of their names, as far as they can be trusted. */
final class HookDirectory {
    /** What run-parts takes: an editor's copies and a package's leftovers have other names. */
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]+");

    private static final Pattern LEFTOVER =
            Pattern.compile("^\\.|^#|~$|\\.(dpkg|ucf)-|\\.(swp|bak|orig|rej|disabled|rpmnew|rpmsave)$");

    private final Path directory;

    HookDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * What is in it at one moment.
     *
     * @param hooks to run, in order
     * @param refused what looks like a hook and is not run, with why
     */
    record Listing(List<Path> hooks, Map<Path, String> refused) {
        Listing {
            hooks = List.copyOf(hooks);
            refused = Collections.unmodifiableMap(new LinkedHashMap<>(refused));
        }
    }

    Listing list() {
        List<Path> hooks = new ArrayList<>();
        Map<Path, String> refused = new LinkedHashMap<>();
        TrustedFile.directoryProblem(directory)
                .ifPresentOrElse(problem -> refused.put(directory, problem), () -> sort(hooks, refused));
        return new Listing(hooks, refused);
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    /** It is executable or a script, and no copy of an editor or of a package. */
    private static boolean looksLikeAHook(Path file) {
        return (Files.isExecutable(file) || isScript(file))
                && !LEFTOVER.matcher(name(file)).find();
    }

    private static boolean isScript(Path file) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream content = Files.newInputStream(file)) {
            return content.read() == '#' && content.read() == '!';
        } catch (IOException e) {
            return false;
        }
    }

    private void sort(List<Path> hooks, Map<Path, String> refused) {
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> !Files.isDirectory(file)).sorted().forEach(file -> {
                if (NAME.matcher(name(file)).matches()) {
                    TrustedFile.programProblem(file)
                            .ifPresentOrElse(problem -> refused.put(file, problem), () -> hooks.add(file));
                } else if (looksLikeAHook(file)) {
                    refused.put(
                            file,
                            "a hook's name has only letters, digits, '_' and '-': rename it to "
                                    + name(file)
                                            .replaceAll("\\.[A-Za-z0-9]*$", "")
                                            .replaceAll("[^a-zA-Z0-9_-]", "-"));
                }
            });
        } catch (IOException e) {
            refused.put(directory, "it cannot be read: " + e.getMessage());
        }
    }
}
