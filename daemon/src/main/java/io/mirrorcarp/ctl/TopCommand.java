// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.daemon.control.ExitStatus;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.terminal.Attributes;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.Curses;
import org.jline.utils.InfoCmp.Capability;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "top",
        description = "Virtual hosts, rates, lag, the table and its protocols, again each second. q ends it.",
        footer = {"", "Example:", "  carpctl top"})
final class TopCommand implements Callable<Integer> {
    private static final int REDRAW_MILLIS = 1_000;
    private static final int RESTORE_MILLIS = 2_000;

    @ParentCommand
    private Carpctl carpctl;

    private final AtomicBoolean ended = new AtomicBoolean();

    @Override
    public Integer call() throws IOException {
        if (!Tty.isInput() || !Tty.canDraw(System.getenv())) {
            carpctl.err()
                    .println("carpctl: top needs a terminal that can be drawn on;"
                            + " carpctl status --json and carpctl stats --json are for programs");
            return ExitStatus.FAILED;
        }
        if (!carpctl.hasDaemon()) {
            return carpctl.ask(StatusCommand.request(false));
        }
        // By stty: the native library of the other ways would have to be unpacked into a directory that may be noexec.
        try (Terminal terminal =
                TerminalBuilder.builder().system(true).provider("exec").build()) {
            run(terminal);
        }
        return ExitStatus.OK;
    }

    private void run(Terminal terminal) throws IOException {
        CountDownLatch restored = new CountDownLatch(1);
        String back = sequence(terminal, Capability.cursor_visible) + sequence(terminal, Capability.exit_ca_mode);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endAndAwait(restored, back)));
        Attributes before = terminal.enterRawMode();
        terminal.handle(Terminal.Signal.INT, signal -> ended.set(true));
        try (TopSource source = new TopSource(carpctl)) {
            terminal.puts(Capability.enter_ca_mode);
            terminal.puts(Capability.cursor_invisible);
            loop(terminal, source);
        } catch (IOException | IllegalStateException e) {
            // A signal ends the JVM, and JLine closes the terminal under this thread.
            if (!ended.get()) {
                throw e;
            }
        } finally {
            restore(terminal, before, back);
            restored.countDown();
        }
    }

    /** Where a signal such as SIGTERM ends the JVM: this thread is waited for, which leaves the screen as it was. */
    private void endAndAwait(CountDownLatch restored, String back) {
        ended.set(true);
        try {
            if (!restored.await(RESTORE_MILLIS, TimeUnit.MILLISECONDS)) {
                print(back);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void print(String sequences) {
        carpctl.out().print(sequences);
        carpctl.out().flush();
    }

    private static String sequence(Terminal terminal, Capability capability) {
        StringWriter sequence = new StringWriter();
        Curses.tputs(sequence, terminal.getStringCapability(capability));
        return sequence.toString();
    }

    /** Not by the terminal, which may be closed. */
    private void restore(Terminal terminal, Attributes before, String back) {
        print(back);
        try {
            terminal.setAttributes(before);
        } catch (IllegalStateException closed) {
            // JLine has set them.
            ended.set(true);
        }
    }

    private void loop(Terminal terminal, TopSource source) throws IOException {
        TopSample last = null;
        while (!ended.get()) {
            TopSample sample = source.sample();
            List<String> lines = sample == null
                    ? List.of("no carpd answers on " + carpctl.socket() + ": waiting for it (q ends)")
                    : TopPage.lines(sample, last == null ? sample : last, source.states(), columns(terminal));
            terminal.writer().print(Screen.redrawn(String.join("\n", lines), terminal.getHeight()));
            terminal.flush();
            last = sample;
            awaitKey(terminal);
        }
    }

    private static int columns(Terminal terminal) {
        return terminal.getWidth() <= 0 ? Integer.MAX_VALUE : terminal.getWidth();
    }

    /** Waits for the next second, or for a key; the end of the input is an end too. */
    private void awaitKey(Terminal terminal) throws IOException {
        long untilNanos = System.nanoTime() + REDRAW_MILLIS * 1_000_000L;
        long millis = REDRAW_MILLIS;
        while (millis > 0 && !ended.get()) {
            int key = terminal.reader().read(Math.min(millis, 100));
            if (key == 'q' || key == 'Q' || key == 3 || key == -1) {
                ended.set(true);
            }
            millis = (untilNanos - System.nanoTime()) / 1_000_000L;
        }
    }

    /** Null where the answer is none. */
    static @Nullable JsonNode parsed(ObjectMapper mapper, String text) {
        try {
            return mapper.readTree(text);
        } catch (IOException expected) {
            return null;
        }
    }
}
