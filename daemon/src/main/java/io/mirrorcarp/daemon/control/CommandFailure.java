// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

/** A command that could not be carried out: the sentence for the user, and the exit status of carpctl. */
public final class CommandFailure extends Exception {
    private final int exitStatus;

    /**
     * Makes a failure.
     *
     * @param exitStatus one of {@link ExitStatus}
     * @param sentence what is wrong, and what would be right; printed after "carpctl: "
     */
    public CommandFailure(int exitStatus, String sentence) {
        super(sentence, null, false, false);
        this.exitStatus = exitStatus;
    }

    /** What was asked for is not right in itself: {@link ExitStatus#USAGE}. */
    public static CommandFailure usage(String sentence) {
        return new CommandFailure(ExitStatus.USAGE, sentence);
    }

    public int exitStatus() {
        return exitStatus;
    }
}
