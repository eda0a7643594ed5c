// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs external programs to their end, each with a time limit. */
public final class Commands {
    /** The limit for programs that only ask or tell the kernel something. */
    public static final Duration SHORT = Duration.ofSeconds(20);

    private Commands() {}

    /** Runs a program with nothing on its standard input. */
    public static CommandResult run(String... command) {
        return run(List.of(command), "", SHORT);
    }

    /**
     * Runs a program, gives it {@code input} and waits for its end.
     *
     * @throws LabException when it cannot be started, or has not ended after {@code limit}; it is killed then
     */
    public static CommandResult run(List<String> command, String input, Duration limit) {
        Process process;
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new LabException("cannot run " + command.get(0) + ": " + e.getMessage(), e);
        }
        try {
            CompletableFuture<String> out = read(process.getInputStream());
            CompletableFuture<String> err = read(process.getErrorStream());
            feed(process.getOutputStream(), input);
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LabException(String.join(" ", command) + ": not done after " + limit.toSeconds() + " s");
            }
            return new CommandResult(List.copyOf(command), process.exitValue(), out.join(), err.join());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while running " + command.get(0), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void feed(OutputStream stdin, String input) {
        try (stdin) {
            stdin.write(input.getBytes(UTF_8));
        } catch (IOException ignored) {
            // The program ended without reading: its exit status tells more than the broken pipe.
        }
    }

    private static CompletableFuture<String> read(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (stream) {
                        text.complete(new String(stream.readAllBytes(), UTF_8));
                    } catch (IOException e) {
                        text.completeExceptionally(new UncheckedIOException(e));
                    }
                },
                "command-output");
        reader.setDaemon(true);
        reader.start();
        return text;
    }
}
