// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * carpctl in this process, on a command line.
 *
 * @param status its exit status
 */
public record CarpctlRun(int status, String out, String err) {
    /** Runs it. */
    public static CarpctlRun on(Path socket, String... arguments) {
        List<String> line = new ArrayList<>(List.of("--socket", socket.toString()));
        line.addAll(List.of(arguments));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Carpctl.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                line.toArray(String[]::new));
        return new CarpctlRun(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
