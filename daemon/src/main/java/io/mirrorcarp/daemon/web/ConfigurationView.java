// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.parser.ConfigurationPrinter;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.config.parser.Finding;
import io.mirrorcarp.daemon.control.CommandFailure;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.mirrorcarp.daemon.host.TrialFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The configuration, to read and to check. Reads files, so it is called on a thread that may wait. */
public final class ConfigurationView {
    private static final int SCHEMA = 1;

    private final String file;
    private final Supplier<Configuration> running;
    private final BooleanSupplier unconfirmed;
    private final TrialFile trial;

    /**
     * @param file where the daemon was told to read it
     * @param running what is in force: a reload may change it
     * @param unconfirmed whether the daemon waits for a change to be confirmed
     */
    public ConfigurationView(String file, Supplier<Configuration> running, BooleanSupplier unconfirmed) {
        this.file = file;
        this.running = running;
        this.unconfirmed = unconfirmed;
        trial = new TrialFile(file);
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
        String original;
        try {
            original = Files.readString(Path.of(file));
        } catch (IOException expected) {
            // A file that cannot be read has no passwords to put back.
            original = "";
        }
        List<Finding> masks = MaskedText.masksOfNothing(text, original);
        ConfigurationResult result = ConfigurationFile.check(file, MaskedText.unmask(text, original));
        return new JsonObject()
                .put(
                        "faults",
                        array(Stream.concat(masks.stream(), result.faults().stream())
                                .toList()))
                .put("warnings", array(result.warnings()))
                .put("schema", SCHEMA);
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
     * Writes the file, to be tried. A text that the daemon would not take is not written.
     *
     * @param text with a mask for each password that stays
     */
    void begin(String text) throws IOException, CommandFailure {
        String original = Files.readString(Path.of(file));
        String whole = MaskedText.unmask(text, original);
        List<String> faults = new ArrayList<>();
        MaskedText.masksOfNothing(text, original).forEach(mask -> faults.add(file + ":" + mask));
        faults.addAll(ConfigurationFile.checkToRun(file, whole).obstacleLines());
        if (!faults.isEmpty()) {
            throw new CommandFailure(
                    ExitStatus.CONFIGURATION_INVALID, "nothing is changed:\n" + String.join("\n", faults));
        }
        trial.begin(whole);
    }

    /** The change stays. */
    void keep() throws IOException {
        trial.keep();
    }

    /** The file is as before the change. */
    void takeBack() throws IOException {
        trial.takeBack();
    }

    /** Whether the daemon still waits for a change to be confirmed. */
    boolean isUnconfirmed() {
        return unconfirmed.getAsBoolean();
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
