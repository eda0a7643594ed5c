// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import io.mirrorcarp.daemon.program.Program;
import io.mirrorcarp.daemon.program.TrustedFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A program of the administrator, which must end with status 0. One that others can change is not run, and fails. */
final class ScriptCheck implements Check {
    private final String command;

    ScriptCheck(String command) {
        this.command = command;
    }

    @Override
    public String failure(Duration timeout) throws InterruptedException {
        Optional<String> untrusted = TrustedFile.programProblem(Path.of(command));
        if (untrusted.isPresent()) {
            return command + " is not run: " + untrusted.get();
        }
        Program.Result result = new Program(List.of(command), Map.of(), timeout).run();
        return result.isSuccess() ? "" : result.text(timeout);
    }
}
