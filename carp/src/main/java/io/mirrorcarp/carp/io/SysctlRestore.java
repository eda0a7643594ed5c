// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.netio.route.Sysctl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings of the kernel that are changed for as long as the process runs, and a file that remembers what they were: one line each, path,
 * original value and value set, with tabs between. The file is on disk before a setting changes, and is removed when all are put back, so that
 * after a crash the next process can put them back.
 *
 * <p>A setting that somebody else changed meanwhile is left alone.
 */
final class SysctlRestore {
    private static final Logger LOG = LoggerFactory.getLogger("carp");

    private record Change(String original, String set) {}

    private final DurableLines file;
    private final Map<String, Change> changes = new LinkedHashMap<>();

    SysctlRestore(DurableLines file) {
        this.file = file;
    }

    /** Changes a setting below {@code net}; nothing happens where it has that value or the kernel does not have it. */
    void set(String path, String value) throws IOException {
        Optional<String> current = Sysctl.read(path);
        if (current.isEmpty() || current.get().equals(value)) {
            return;
        }
        Change earlier = changes.get(path);
        changes.put(path, new Change(earlier == null ? current.get() : earlier.original(), value));
        save();
        Sysctl.write(path, value);
    }

    /** Puts back what the file of an earlier process remembers. */
    void recover() throws IOException {
        for (String line : file.read()) {
            List<String> fields = List.of(line.split("\t", -1));
            if (fields.size() == 3) {
                changes.putIfAbsent(fields.get(0), new Change(fields.get(1), fields.get(2)));
            } else {
                LOG.warn("{}: a line that is not understood is passed over", file.file());
            }
        }
        restore();
    }

    /** Puts everything back that can be, and forgets it; the file stays where something could not. */
    void restore() throws IOException {
        IOException failure = null;
        for (Map.Entry<String, Change> entry : changes.entrySet()) {
            try {
                putBack(entry.getKey(), entry.getValue());
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
        changes.clear();
        file.write(List.of());
    }

    private static void putBack(String path, Change change) throws IOException {
        if (Sysctl.read(path).filter(change.set()::equals).isPresent()) {
            Sysctl.write(path, change.original());
        }
    }

    private void save() throws IOException {
        List<String> lines = new ArrayList<>();
        changes.forEach((path, change) -> lines.add(path + "\t" + change.original() + "\t" + change.set()));
        file.write(lines);
    }
}
