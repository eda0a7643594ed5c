// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.parser.ConfigurationPrinter;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.config.parser.Finding;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** The configuration, to read and to check. Reads files, so it is called on a thread that may wait. */
public final class ConfigurationView {
    private static final int SCHEMA = 1;

    private final String file;
    private final Supplier<Configuration> running;

    /**
     * @param file where the daemon was told to read it
     * @param running what is in force: a reload may change it
     */
    public ConfigurationView(String file, Supplier<Configuration> running) {
        this.file = file;
        this.running = running;
    }

    /** What the node runs with, every default written out, passwords masked; and what the file says now. */
    JsonObject show() {
        ConfigurationResult now = ConfigurationFile.load(file);
        String text = ConfigurationPrinter.print(running.get());
        boolean same = now.configuration()
                .map(configuration -> ConfigurationPrinter.print(configuration).equals(text))
                .orElse(false);
        return findings(now)
                .put("schema", SCHEMA)
                .put("file", file)
                .put("running", text)
                .put("fileIsRunning", same);
    }

    /** What would be wrong with a text in the place of the file. */
    JsonObject check(String text) {
        String whole = text;
        try {
            whole = MaskedText.unmask(text, Files.readString(Path.of(file)));
        } catch (IOException expected) {
            // A file that cannot be read has no passwords to put back.
        }
        return findings(ConfigurationFile.check(file, whole)).put("schema", SCHEMA);
    }

    /** What is in force, as a text to compare. */
    String running() {
        return ConfigurationPrinter.print(running.get());
    }

    /** The file itself, with its comments, without the passwords in it. */
    JsonObject file() throws IOException {
        String text = Files.readString(Path.of(file));
        return new JsonObject().put("schema", SCHEMA).put("file", file).put("text", MaskedText.mask(text));
    }

    /**
     * Writes the file.
     *
     * @param text with a mask for each password that stays
     * @return what was in it before
     */
    String write(String text) throws IOException {
        return writeWhole(MaskedText.unmask(text, Files.readString(Path.of(file))));
    }

    /** The same, with all that is in it. Whoever reads the file finds the one or the other, and never half of it; its rights stay. */
    String writeWhole(String text) throws IOException {
        Path path = Path.of(file).toRealPath();
        String before = Files.readString(path);
        Path next = path.resolveSibling(path.getFileName() + ".new");
        Files.deleteIfExists(next);
        try (FileChannel channel = FileChannel.open(
                next,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(Files.getPosixFilePermissions(path)))) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return before;
    }

    private static JsonObject findings(ConfigurationResult result) {
        return new JsonObject().put("faults", array(result.faults())).put("warnings", array(result.warnings()));
    }

    private static JsonArray array(List<Finding> findings) {
        JsonArray array = new JsonArray();
        findings.forEach(finding -> array.add(new JsonObject()
                .put("line", finding.location().line())
                .put("column", finding.location().column())
                .put("message", finding.message())));
        return array;
    }
}
