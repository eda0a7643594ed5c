// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.program;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The small part of the service with root's rights ({@code carpd-hook.socket}): runs hooks, and starts and stops the targets of a virtual host. It decides for itself
 * what it trusts; {@code /usr/lib/carpd/run-hook} has the protocol. Each call blocks.
 */
public final class HookServant {
    private static final Path SOCKET = Path.of("/run/carpd-hook.sock");

    /** systemd starts it for each request: more than the program's own time is for that. */
    private static final String EXIT = "exit ";

    private static final int CANNOT_RUN = 126;
    private static final int KILLED = 137;
    private static final int MAXIMUM_ANSWER_BYTES = 1 << 20;

    private final Path socket;

    HookServant(Path socket) {
        this.socket = socket;
    }

    /** The servant, where this process is not root itself and the servant is there. */
    public static Optional<HookServant> find() {
        try {
            boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
            return root || !Files.exists(SOCKET) ? Optional.empty() : Optional.of(new HookServant(SOCKET));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Starts the target of a state and stops that of the other; stops both for {@code init}. Returns what went wrong. */
    public Optional<String> target(String state, String name) {
        Program.Result result = ask("target " + state + " " + name + "\n", Duration.ZERO);
        return result.isSuccess() ? Optional.empty() : Optional.of(String.join(" ", result.output()));
    }

    /** Runs a program as {@link Program#run} would. */
    public Program.Result run(Program program) {
        StringBuilder request = new StringBuilder();
        program.environment().forEach((name, value) -> request.append("env " + name + "=" + oneLine(value) + "\n"));
        String seconds = String.format(Locale.ROOT, "%.3f", program.timeout().toMillis() / 1000.0);
        request.append("run " + seconds + " " + program.command().get(0) + "\n");
        program.command()
                .subList(1, program.command().size())
                .forEach(argument -> request.append("arg " + oneLine(argument) + "\n"));
        request.append("end\n");
        return ask(request.toString(), program.timeout());
    }

    private static String oneLine(String value) {
        return value.replaceAll("\\p{Cntrl}", " ");
    }

    private Program.Result ask(String request, Duration timeout) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(request);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            return result(answer(channel), timeout);
        } catch (IOException e) {
            return new Program.Result(CANNOT_RUN, false, List.of("carpd-hook.socket: " + e.getMessage()));
        }
    }

    private static List<String> answer(SocketChannel channel) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer part = ByteBuffer.allocate(4096);
        while (channel.read(part) >= 0) {
            if (answer.size() < MAXIMUM_ANSWER_BYTES) {
                answer.write(part.array(), 0, part.position());
            }
            part.clear();
        }
        return Program.lines(answer);
    }

    private static Program.Result result(List<String> lines, Duration timeout) {
        String last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        if (!last.matches(EXIT + "[0-9]{1,3}")) {
            return new Program.Result(CANNOT_RUN, false, List.of("no answer from carpd-hook.socket"));
        }
        int status = Integer.parseInt(last.substring(EXIT.length()));
        boolean timedOut = status == KILLED && !timeout.isZero();
        return new Program.Result(status, timedOut, lines.subList(0, lines.size() - 1));
    }
}
