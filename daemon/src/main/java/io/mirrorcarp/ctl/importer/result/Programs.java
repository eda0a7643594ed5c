// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.result;

import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.ctl.importer.model.HookDraft;
import io.mirrorcarp.ctl.importer.model.TrackDraft;
import io.mirrorcarp.ctl.importer.source.ShellText;
import io.mirrorcarp.daemon.config.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Small shell programs that run what the other tool ran, as carpd runs programs: a check without arguments, a hook with its own. */
final class Programs {
    static final String HOOKS = "hooks.d";
    static final String CHECKS = "checks.d";

    private final Path directory;
    private final List<NewFile> files = new ArrayList<>();

    /** @param directory of the configuration, absolute */
    Programs(Path directory) {
        this.directory = directory;
    }

    List<NewFile> files() {
        return List.copyOf(files);
    }

    /** The absolute path of the program of a check: its own where it is a path alone, else one that is made for it. */
    String check(TrackDraft.Script script) {
        List<String> words =
                ShellText.needsShell(script.command()) ? List.of() : ShellText.words(script.place(), script.command());
        if (words.size() == 1 && words.get(0).startsWith("/")) {
            return words.get(0);
        }
        StringBuilder line = new StringBuilder();
        if (words.isEmpty()) {
            line.append("/bin/sh -c ").append(ShellText.quote(script.command()));
        } else {
            words.forEach(word -> line.append(line.length() == 0 ? "" : " ").append(ShellText.quote(word)));
        }
        String path = CHECKS + "/" + script.name();
        add(path, "#!/bin/sh\n# From " + script.place() + ". Run by carpd: status 0 is well.\nexec " + line + "\n");
        return directory.resolve(path).toString();
    }

    /** Makes a hook that runs the commands of one virtual host. */
    void hook(HookDraft hook) {
        StringBuilder text = new StringBuilder(
                "#!/bin/sh\n# From " + hook.place() + ". Run by carpd: STATE NAME VHID CARPDEV REASON.\n");
        text.append("[ \"$2\" = ").append(ShellText.quote(hook.host().name())).append(" ] || exit 0\n");
        text.append("case $1 in\n");
        hook.commands().forEach((state, lines) -> {
            text.append("    ").append(state).append(")\n");
            lines.lines().forEach(line -> text.append("        ").append(line).append('\n'));
            text.append("        ;;\n");
        });
        text.append("esac\n");
        // Dots are no letters of a hook's name.
        add(HOOKS + "/50-" + hook.host().name().replace('.', '_'), text.toString());
    }

    private void add(String path, String text) {
        files.add(new NewFile(path, Secret.of(text.getBytes(StandardCharsets.UTF_8)), NewFile.PROGRAM));
    }
}
