// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.program;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A program to run once: with no input, with a clean environment, from the root directory.
 *
 * @param command the absolute path and the arguments
 * @param environment besides PATH and LANG, which are always the same
 * @param timeout after which it is killed, with all that it started
 */
public record Program(List<String> command, Map<String, String> environment, Duration timeout) {
    /** More output than this is thrown away, so that a program that talks for ever costs nothing. */
    static final int MAXIMUM_OUTPUT_BYTES = 4096;

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    /** What a pipe holds, pipe(7). */
    private static final int PIPE_BYTES = 65_536;

    private static final long POLL_MILLIS = 10;
    private static final int CANNOT_RUN = 126;

    public Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /**
     * How a run ended.
     *
     * @param exitStatus of the program; 128 and the signal's number when a signal ended it; 126 when it could not be started
     * @param timedOut whether it was killed because its time was over
     * @param output the beginning of what it wrote to its standard output and standard error, by lines
     */
    public record Result(int exitStatus, boolean timedOut, List<String> output) {
        public Result {
            output = List.copyOf(output);
        }

        public boolean isSuccess() {
            return exitStatus == 0 && !timedOut;
        }

        /** How it ended, for a person: {@code exit status 1: no route to host}. */
        public String text(Duration timeout) {
            String end = timedOut ? "killed after " + timeout.toMillis() + " ms" : "exit status " + exitStatus;
            return output.isEmpty() ? end : end + ": " + output.get(output.size() - 1);
        }
    }

    /**
     * Runs it and waits for its end.
     *
     * @throws InterruptedException when the thread is interrupted; the program is killed then
     */
    public Result run() throws InterruptedException {
        Process process;
        String mark = Long.toHexString(ThreadLocalRandom.current().nextLong());
        try {
            process = start(mark);
        } catch (IOException e) {
            return new Result(CANNOT_RUN, false, List.of(e.getMessage() + Interpreter.problem(command.get(0))));
        }
        try (InputStream stream = process.getInputStream()) {
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            boolean ended = await(process, stream, output);
            return new Result(ended ? process.exitValue() : CANNOT_RUN, !ended, lines(output));
        } catch (IOException e) {
            return new Result(CANNOT_RUN, false, List.of(String.valueOf(e.getMessage())));
        } finally {
            if (process.isAlive()) {
                kill(process, mark);
            }
        }
    }

    private Process start(String mark) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(new File("/dev/null")));
        builder.environment().clear();
        builder.environment().put("PATH", PATH);
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().putAll(environment);
        builder.environment().put(ProgramProcesses.MARK, mark);
        return builder.start();
    }

    /** Reads only what is there: a background process of the program may hold the pipe open for ever. */
    private boolean await(Process process, InputStream stream, ByteArrayOutputStream output)
            throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        boolean ended = false;
        while (!ended && System.nanoTime() - deadlineNanos < 0) {
            ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
            drain(process, stream, output, deadlineNanos);
        }
        return ended;
    }

    /** One that writes faster than this reads does not outlast its time by that, nor does what it leaves behind. */
    private static void drain(Process process, InputStream stream, ByteArrayOutputStream output, long deadlineNanos)
            throws IOException {
        byte[] bytes = new byte[MAXIMUM_OUTPUT_BYTES];
        int left = PIPE_BYTES;
        int there = stream.available();
        while (there > 0) {
            int read = Math.max(0, stream.read(bytes, 0, Math.min(there, bytes.length)));
            output.write(bytes, 0, Math.min(read, MAXIMUM_OUTPUT_BYTES - output.size()));
            left -= read;
            boolean more = process.isAlive() ? System.nanoTime() - deadlineNanos < 0 : left > 0;
            there = more ? stream.available() : 0;
        }
    }

    static List<String> lines(ByteArrayOutputStream output) {
        return output.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceAll("\\p{Cntrl}", " ").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static void kill(Process process, String mark) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        ProgramProcesses.kill(mark, process.pid());
    }
}
