// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.program;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The first line of a program, which names its interpreter. */
final class Interpreter {
    /** More than the kernel reads of it. */
    private static final int LIMIT_BYTES = 512;

    private Interpreter() {}

    /** Why a program that is there could not be started, to be put behind the kernel's words; an empty text where its first line does not tell. */
    static String problem(String program) {
        String line = firstLine(program);
        if (!line.startsWith("#!")) {
            return "";
        }
        if (line.endsWith("\r")) {
            return ": its lines end in CR LF: sed -i 's/\\r$//' " + program;
        }
        String interpreter = line.substring(2).strip().split("\\s", 2)[0];
        return Files.exists(Path.of(interpreter))
                ? ""
                : ": its first line names " + interpreter + ", which is not there";
    }

    private static String firstLine(String program) {
        try (InputStream in = Files.newInputStream(Path.of(program))) {
            String text = new String(in.readNBytes(LIMIT_BYTES), StandardCharsets.ISO_8859_1);
            return text.lines()
                    .findFirst()
                    .map(line -> text.startsWith(line + "\r") ? line + "\r" : line)
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
