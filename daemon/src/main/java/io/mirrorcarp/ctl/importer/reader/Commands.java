// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer.reader;

import io.mirrorcarp.ctl.importer.model.Place;
import io.mirrorcarp.ctl.importer.source.ShellText;
import java.util.List;
import java.util.stream.Collectors;

/** Commands of other tools as lines of a shell. */
final class Commands {
    private Commands() {}

    /**
     * A line that runs what the other tool would: a program with arguments, or what only a shell understands.
     *
     * @param arguments what the tool adds at the end
     */
    static String line(Place place, String command, String... arguments) {
        String added = List.of(arguments).stream().map(ShellText::quote).collect(Collectors.joining(" "));
        String line;
        if (ShellText.needsShell(command)) {
            line = "/bin/sh -c " + ShellText.quote(command + (arguments.length == 0 ? "" : " \"$@\"")) + " sh";
        } else {
            line = ShellText.words(place, command).stream()
                    .map(ShellText::quote)
                    .collect(Collectors.joining(" "));
        }
        return (line + " " + added).strip();
    }
}
