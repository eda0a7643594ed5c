// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.control.ExitStatus;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Standard output, which remembers why it took no more: a {@link PrintStream} tells only that. */
final class AnswerStream extends FilterOutputStream {
    /** What the kernel says of a pipe that nobody reads any more (EPIPE). */
    private static final String CLOSED_PIPE = "Broken pipe";

    private @Nullable String fault;

    AnswerStream(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            out.write(bytes, from, length);
        } catch (IOException e) {
            if (fault == null) {
                fault = String.valueOf(e.getMessage());
            }
            throw e;
        }
    }

    /**
     * The exit status of a command whose answer went here. An answer that is not whole is a failure, which is told; but for a reader that had enough, such as head(1).
     *
     * @param status what the command itself ended with
     * @param printed what prints to this stream
     * @param err where the failure is told
     */
    int verdict(int status, PrintStream printed, PrintStream err) {
        printed.flush();
        if (fault == null || fault.equals(CLOSED_PIPE)) {
            return status;
        }
        err.println("carpctl: the answer is not whole, standard output took no more: " + fault);
        return status == ExitStatus.OK ? ExitStatus.FAILED : status;
    }
}
