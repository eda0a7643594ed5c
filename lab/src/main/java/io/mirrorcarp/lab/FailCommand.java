// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.ControlSocket;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.Namespace;
import io.mirrorcarp.lab.net.Prerequisites;
import io.mirrorcarp.lab.net.StandingLab;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lab fail}: takes a firewall of a lab that stands down, or brings it back. */
@Command(name = "fail", description = "Take the master of a lab that stands down, or bring it back with --repair.")
final class FailCommand implements Callable<Integer> {
    private static final List<String> SEGMENTS = List.of("wan", "lan", "sync");
    private static final List<String> FIREWALLS = List.of("fw-a", "fw-b");
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

    private final PrintStream out;

    @Parameters(paramLabel = "ID", arity = "0..1", description = "Which lab, when several stand; see lab status.")
    private String id = "";

    @Option(
            names = "--how",
            paramLabel = "power|stop|link|maintenance",
            description = "It loses power (default), gets SIGTERM, loses its LAN cable, or is put into maintenance.")
    private Failure how = Failure.POWER;

    @Option(names = "--node", paramLabel = "fw-a|fw-b", description = "Which firewall; the master unless told.")
    private String node = "";

    @Option(names = "--repair", description = "Bring it back: what --how took away. Names the node with --node.")
    private boolean repair;

    FailCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() throws IOException {
        Prerequisites.require();
        StandingLab lab = StandingLab.find(id);
        String host = node.isEmpty() ? found(lab) : node;
        if (!FIREWALLS.contains(host)) {
            throw new LabException(host + ": no firewall; there is fw-a and fw-b");
        }
        if (repair) {
            repair(lab, host);
        } else {
            strike(lab, host);
        }
        out.println(host + " " + (repair ? how.repairWords() : how.words()));
        if (!repair) {
            out.println("bring it back with: carpctl lab fail --repair --how "
                    + how.name().toLowerCase(Locale.ROOT) + " --node " + host);
        }
        return 0;
    }

    /** The master to be taken down; the one that does not answer, or else fw-a, to be brought back. */
    private String found(StandingLab lab) {
        for (String host : FIREWALLS) {
            Optional<JsonNode> status = status(lab, host);
            if (repair
                    ? isDown(status)
                    : status.filter(Statuses.every("master")).isPresent()) {
                return host;
            }
        }
        if (!repair) {
            throw new LabException("no firewall of the lab " + lab.id() + " is master of all: name one with --node");
        }
        throw new LabException("no firewall of the lab " + lab.id() + " is down that way: name one with --node");
    }

    /** By what was done to it: a daemon that is gone does not answer, one without its cable is INIT there. */
    private boolean isDown(Optional<JsonNode> status) {
        return switch (how) {
            case POWER, STOP -> status.isEmpty();
            case LINK -> status.filter(Statuses.vhid("lan", "init")).isPresent();
            case MAINTENANCE ->
                status.filter(each -> each.path("maintenance").asBoolean()).isPresent();
        };
    }

    private static Optional<JsonNode> status(StandingLab lab, String host) {
        try {
            return Optional.of(new ObjectMapper()
                    .readTree(ControlSocket.call(
                                    lab.files(host).resolve("admin.sock"), List.of("status", "--json"), ANSWER_LIMIT)
                            .out()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void strike(StandingLab lab, String host) {
        Namespace namespace = lab.host(host);
        switch (how) {
            case POWER -> {
                namespace.killAll();
                SEGMENTS.forEach(segment -> lab.setCable(segment, host, false));
                // The sync link is one cable: its other end loses the carrier too.
                FIREWALLS.forEach(each -> lab.setCable("sync", each, false));
            }
            case STOP -> namespace.processes().forEach(ProcessHandle::destroy);
            case LINK -> lab.setCable("lan", host, false);
            case MAINTENANCE -> carpctl(lab, host, "maintenance", "on", "--reason", "lab fail");
        }
    }

    private void repair(StandingLab lab, String host) throws IOException {
        switch (how) {
            case POWER -> {
                SEGMENTS.forEach(segment -> lab.setCable(segment, host, true));
                FIREWALLS.forEach(each -> lab.setCable("sync", each, true));
                startCarpd(lab, host);
            }
            case STOP -> startCarpd(lab, host);
            case LINK -> lab.setCable("lan", host, true);
            case MAINTENANCE -> carpctl(lab, host, "maintenance", "off");
        }
    }

    private static void startCarpd(StandingLab lab, String host) throws IOException {
        if (status(lab, host).isPresent()) {
            throw new LabException("carpd runs on " + host);
        }
        lab.spawn(
                host,
                "carpd",
                Checkout.home().resolve("bin/carpd").toString(),
                "--config",
                lab.files(host).resolve("carpd.toml").toString());
    }

    private static void carpctl(StandingLab lab, String host, String... words) {
        try {
            ControlSocket.call(lab.files(host).resolve("admin.sock"), List.of(words), Duration.ofSeconds(10))
                    .orThrow();
        } catch (IOException e) {
            throw new LabException("no carpd answers on " + host, e);
        }
    }
}
