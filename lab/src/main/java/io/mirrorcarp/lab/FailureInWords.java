// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import io.mirrorcarp.lab.net.LabException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what the lab could not do into one line and exit status 1; a defect still shows its stack. */
final class FailureInWords implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception exception, CommandLine command, ParseResult parsed) throws Exception {
        if (exception instanceof LabException failure) {
            command.getErr().println("carpctl lab: " + failure.reason());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw exception;
    }
}
