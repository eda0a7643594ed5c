// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.firewall;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabProcess;
import io.mirrorcarp.proto.control.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The real carpd of the checkout, as a process on a host of the lab, with its configuration in the host's directory. */
public final class Carpd {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long POLL_NANOS = 25_000_000;

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

    private final LabHost host;
    private final LabKeys keys;
    private @Nullable LabProcess process;

    /** Not started yet; {@link #configure} first. */
    public Carpd(LabHost host, LabKeys keys) {
        this.host = host;
        this.keys = keys;
    }

    /** The host underneath. */
    public LabHost host() {
        return host;
    }

    /** Writes the configuration and the key files. */
    public void configure(CarpdSettings settings) {
        configure(settings.toml(socket()));
    }

    /** Writes a configuration as it is given, and the key files. */
    public void configure(String toml) {
        try {
            keys.write(host.directory());
            Files.writeString(configFile(), toml);
        } catch (IOException e) {
            throw new LabException("cannot write the configuration of " + host.name() + ": " + e.getMessage(), e);
        }
    }

    /** The configuration file. */
    public Path configFile() {
        return host.directory().resolve("carpd.toml");
    }

    /** The admin socket. */
    public Path socket() {
        return host.directory().resolve("admin.sock");
    }

    /** Starts it; returns at once. */
    public void start() {
        if (isRunning()) {
            throw new LabException("carpd runs already on " + host.name());
        }
        process = host.spawn(
                "carpd",
                Checkout.home().resolve("bin/carpd").toString(),
                "--config",
                configFile().toString());
    }

    /** True from {@link #start} until the process has ended. */
    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    /** The process. */
    public LabProcess process() {
        if (process == null) {
            throw new LabException("carpd was not started on " + host.name());
        }
        return process;
    }

    /** Everything that it has logged, over all starts. */
    public String log() {
        return process == null ? "" : process.log();
    }

    /** Runs the real carpctl on the host. */
    public CommandResult carpctl(String... arguments) {
        List<String> line = new ArrayList<>(
                List.of(Checkout.home().resolve("bin/carpctl").toString(), "--socket", socket().toString()));
        line.addAll(Arrays.asList(arguments));
        return host.run(line.toArray(String[]::new));
    }

    /** The answer to {@code status --json}. */
    public JsonNode status() {
        return ask(ControlSocket.STATUS)
                .orElseThrow(() -> new LabException("no carpd answers on " + host.name() + tail()));
    }

    /** The answer to {@code stats --json}. */
    public JsonNode stats() {
        return ask(ControlSocket.STATS)
                .orElseThrow(() -> new LabException("no carpd answers on " + host.name() + tail()));
    }

    /**
     * Waits until the status meets a condition.
     *
     * @param wanted the condition in words, for the message
     * @return the status that met it
     * @throws LabException when the limit passes or the daemon ends first; it tells the last status and log lines
     */
    public JsonNode await(String wanted, Predicate<JsonNode> condition, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        String lastStatus = "none";
        while (true) {
            Optional<JsonNode> status = ask(ControlSocket.STATUS);
            if (status.filter(condition).isPresent()) {
                return status.get();
            }
            lastStatus = status.map(JsonNode::toString).orElse(lastStatus);
            if (!isRunning()) {
                throw new LabException("carpd on " + host.name() + " ended while waiting until " + wanted + tail());
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new LabException(host.name() + ": not " + wanted + " within " + limit.toMillis()
                        + " ms; last status " + lastStatus + tail());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private Optional<JsonNode> ask(Request request) {
        try {
            CommandResult answer = ControlSocket.call(socket(), request, ANSWER_LIMIT);
            return Optional.of(JSON.readTree(answer.out()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private String tail() {
        List<String> lines = log().lines().toList();
        List<String> last = lines.subList(Math.max(0, lines.size() - 15), lines.size());
        return last.isEmpty() ? "" : "; its log ends with\n  " + String.join("\n  ", last);
    }
}
