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
import java.util.concurrent.TimeUnit;

/**
 * A program to run once: with no input, with a clean environment, from the root directory.
 *
 * @param command the absolute path and the arguments
 * @param environment besides PATH and LANG, which are always the same
 * @param timeout after which it is killed, with what it started and did not let go
 */
public record Program(List<String> command, Map<String, String> environment, Duration timeout) {
    /** More output than this is thrown away, so that a program that talks for ever costs nothing. */
    static final int MAXIMUM_OUTPUT_BYTES = 4096;

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
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
        try {
            process = start();
        } catch (IOException e) {
            return new Result(CANNOT_RUN, false, List.of(String.valueOf(e.getMessage())));
        }
        try (InputStream stream = process.getInputStream()) {
            ByteArrayOutputStream output = new ByteArrayOutputStream();
            boolean ended = await(process, stream, output);
            return new Result(ended ? process.exitValue() : CANNOT_RUN, !ended, lines(output));
        } catch (IOException e) {
            return new Result(CANNOT_RUN, false, List.of(String.valueOf(e.getMessage())));
        } finally {
            kill(process);
        }
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(new File("/"))
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(new File("/dev/null")));
        builder.environment().clear();
        builder.environment().put("PATH", PATH);
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Reads only what is there: a background process of the program may hold the pipe open for ever. */
    private boolean await(Process process, InputStream stream, ByteArrayOutputStream output)
            throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        boolean ended = false;
        while (!ended && System.nanoTime() - deadlineNanos < 0) {
            ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
            drain(stream, output);
        }
        return ended;
    }

    private static void drain(InputStream stream, ByteArrayOutputStream output) throws IOException {
        byte[] bytes = new byte[MAXIMUM_OUTPUT_BYTES];
        for (int there = stream.available(); there > 0; there = stream.available()) {
            int read = stream.read(bytes, 0, Math.min(there, bytes.length));
            if (read < 0) {
                return;
            }
            output.write(bytes, 0, Math.min(read, MAXIMUM_OUTPUT_BYTES - output.size()));
        }
    }

    static List<String> lines(ByteArrayOutputStream output) {
        return output.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceAll("\\p{Cntrl}", " ").strip())
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static void kill(Process process) {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
