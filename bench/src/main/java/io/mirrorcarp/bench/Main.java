// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The program behind {@code bin/bench}. */
public final class Main {
    private Main() {}

    /** Exit status: 0 measured, 1 failed, 2 usage. */
    public static void main(String[] arguments) {
        PrintStream out = stream(FileDescriptor.out);
        PrintStream err = stream(FileDescriptor.err);
        int status = BenchCommand.run(out, err, arguments);
        out.flush();
        err.flush();
        System.exit(status);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }
}
