// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import java.util.List;

/**
 * How an external program ended.
 *
 * @param command the program and its arguments
 * @param exitStatus 0 to 255
 * @param out all of its standard output
 * @param err all of its standard error
 */
public record CommandResult(List<String> command, int exitStatus, String out, String err) {
    /** True when the exit status is 0. */
    public boolean succeeded() {
        return exitStatus == 0;
    }

    /** This result when the exit status is 0, else a {@link LabException} with the command line and what it printed. */
    public CommandResult orThrow() {
        if (succeeded()) {
            return this;
        }
        String said = err.isBlank() ? out : err;
        throw new LabException(String.join(" ", command) + ": exit status " + exitStatus + ": " + said.strip());
    }
}
