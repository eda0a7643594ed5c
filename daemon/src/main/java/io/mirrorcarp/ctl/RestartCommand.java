// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.daemon.config.parser.Durations;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.proto.control.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "restart",
        description = "Restarts carpd on this node without losing a connection: hands over first where this node is"
                + " master, then restarts, and waits until both nodes hold every state again.",
        footer = {"", "Example, on the backup and then on the master:", "  carpctl restart --rolling"})
final class RestartCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 200;
    private static final Duration HANDOVER = Duration.ofSeconds(10);

    @ParentCommand
    private Carpctl carpctl;

    @Spec
    private CommandSpec spec;

    @Option(names = "--rolling", description = "Hand over first. Without it: systemctl restart carpd.")
    private boolean rolling;

    @Option(
            names = "--force",
            description = "With --rolling: also where the peer says that it could not carry the connections on.")
    private boolean force;

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "2m",
            description = "How long it may take until both hold every state (default: ${DEFAULT-VALUE}).")
    private String wait = "2m";

    @Option(
            names = "--command",
            paramLabel = "COMMAND",
            defaultValue = "systemctl restart carpd.service",
            description = "What restarts carpd, run by sh (default: ${DEFAULT-VALUE}).")
    private String command = "";

    private final ObjectMapper mapper = new ObjectMapper();

    @Override
    public Integer call() throws InterruptedException {
        if (!rolling) {
            throw new ParameterException(
                    spec.commandLine(),
                    "restart takes --rolling, which hands over first; systemctl restart carpd does not");
        }
        Duration limit = Durations.parse(wait)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--wait must be a duration such as 30s or 2m, not " + wait));
        JsonNode before = status();
        if (before == null) {
            // Says why there is no answer.
            return carpctl.ask(StatusCommand.request(false), nowhere());
        }
        boolean master = isMaster(before);
        int handedOver = master ? handOver() : ExitStatus.OK;
        if (handedOver != ExitStatus.OK) {
            carpctl.err().println("carpctl: nothing was restarted");
            return handedOver;
        }
        carpctl.out().println(command);
        int restarted = run();
        if (restarted != 0) {
            carpctl.err()
                    .println("carpctl: \"" + command + "\" failed with status " + restarted
                            + ": see its messages; --command names another way to restart carpd"
                            + (master
                                    ? "; the addresses stay with the peer until carpctl demote --reset, here, or"
                                            + " carpctl failover there"
                                    : ""));
            return ExitStatus.FAILED;
        }
        return await(before, System.nanoTime() + limit.toNanos());
    }

    private static boolean isMaster(JsonNode status) {
        boolean master = false;
        for (JsonNode host : status.path("vhids")) {
            master |= host.path("state").asText().equals("master");
        }
        return master;
    }

    private int handOver() {
        return carpctl.ask(Request.newBuilder()
                .setFailover(Request.Failover.newBuilder()
                        .setWaitMillis(HANDOVER.toMillis())
                        .setForce(force)));
    }

    private int run() throws InterruptedException {
        try {
            return new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
        } catch (IOException e) {
            carpctl.err().println("carpctl: cannot run sh: " + e.getMessage());
            return ExitStatus.FAILED;
        }
    }

    /** Waits for a daemon that began later, and that could be failed over to. */
    private int await(JsonNode before, long latestNanos) throws InterruptedException {
        double age = before.path("uptimeSeconds").asDouble();
        JsonNode last = null;
        while (System.nanoTime() - latestNanos < 0) {
            JsonNode now = status();
            if (now != null && now.path("uptimeSeconds").asDouble() < age) {
                last = now;
                if (now.path("failoverReady").asBoolean() && isInSync(now)) {
                    return tell(now);
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
        carpctl.err()
                .println("carpctl: carpd "
                        + (last == null
                                ? "does not answer after " + wait + ": its log says why (journalctl -u carpd)"
                                : "runs again and is not ready after " + wait + ": " + reasons(last)
                                        + "; carpctl status tells more"));
        return ExitStatus.NOT_IN_WANTED_STATE;
    }

    private static boolean isInSync(JsonNode status) {
        String pfsync = status.path("pfsync").path("state").asText();
        return pfsync.equals("in-sync") || pfsync.equals("off");
    }

    private static String reasons(JsonNode status) {
        StringBuilder reasons = new StringBuilder();
        status.path("failoverBlockedBy")
                .forEach(reason ->
                        reasons.append(reasons.length() == 0 ? "" : "; ").append(reason.asText()));
        return reasons.toString();
    }

    private int tell(JsonNode now) {
        carpctl.out().println(now.path("node").asText() + " runs again and holds every state");
        String own = version();
        for (JsonNode peer : now.path("pfsync").path("peers")) {
            String other = peer.path("version").asText();
            if (!own.isEmpty() && !other.equals(own)) {
                carpctl.out()
                        .println(peer.path("node").asText() + " runs " + other + ", and this node " + own
                                + ": carpctl restart --rolling there, when the package is upgraded");
            }
        }
        return ExitStatus.OK;
    }

    private String version() {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        int status =
                carpctl.ask(VersionCommand.REQUEST, new PrintStream(answer, true, StandardCharsets.UTF_8), nowhere());
        return status == ExitStatus.OK ? answer.toString(StandardCharsets.UTF_8).strip() : "";
    }

    private @Nullable JsonNode status() {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        int status = carpctl.ask(
                StatusCommand.request(true), new PrintStream(answer, true, StandardCharsets.UTF_8), nowhere());
        return Optional.of(answer.toString(StandardCharsets.UTF_8))
                .filter(text -> status == ExitStatus.OK)
                .map(text -> TopCommand.parsed(mapper, text))
                .orElse(null);
    }

    private static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }
}
