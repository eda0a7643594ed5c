// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.parser.ConfigurationPrinter;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.config.parser.Finding;
import io.mirrorcarp.daemon.host.ConfigurationFile;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
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
        return findings(ConfigurationFile.check(file, text)).put("schema", SCHEMA);
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
