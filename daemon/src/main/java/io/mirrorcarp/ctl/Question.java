// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A question before what cannot be taken back. */
final class Question {
    private Question() {}

    /**
     * Asks on the terminal.
     *
     * @return whether the answer is yes; false after a line that says so
     * @throws ParameterException where there is no terminal to ask on
     */
    static boolean isAnsweredYes(Carpctl carpctl, CommandLine command, String question) {
        if (!Tty.isInput()) {
            throw new ParameterException(command, "there is no terminal to ask on: --yes answers the question");
        }
        carpctl.out().print(question + " [y/N] ");
        carpctl.out().flush();
        String answer = answer();
        if (answer.equalsIgnoreCase("y") || answer.equalsIgnoreCase("yes")) {
            return true;
        }
        carpctl.err().println("carpctl: nothing was done");
        return false;
    }

    private static String answer() {
        try {
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return line == null ? "" : line.strip();
        } catch (IOException expected) {
            return "";
        }
    }
}
