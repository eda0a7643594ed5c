// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.drill.Drill;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.Prerequisites;
import io.mirrorcarp.lab.net.StandingLab;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lab fail}: takes a firewall of a lab that stands down, or brings it back. */
@Command(name = "fail", description = "Take the master of a lab that stands down, or bring it back with --repair.")
final class FailCommand implements Callable<Integer> {
    private final PrintStream out;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(
            paramLabel = "ID|SCENARIO",
            arity = "0..2",
            description = "Which lab, when several stand, see lab status; and a scenario of lab run, for what it does:"
                    + " flap pulls and plugs the LAN cable three times, two-masters keeps the firewalls from hearing"
                    + " one another, the others take the power.")
    private List<String> words = new ArrayList<>();

    @Option(
            names = "--how",
            paramLabel = "power|stop|link|maintenance",
            description = "It loses power (default), gets SIGTERM, loses its LAN cable, or is put into maintenance.")
    private Failure how = Failure.POWER;

    @Option(names = "--node", paramLabel = "fw-a|fw-b", description = "Which firewall; the master unless told.")
    private String node = "";

    @Option(names = "--repair", description = "Bring it back: what --how or the scenario took away.")
    private boolean repair;

    FailCommand(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Optional<Drill> drill =
                words.stream().flatMap(word -> Drill.ofLabel(word).stream()).findFirst();
        List<String> ids =
                words.stream().filter(word -> Drill.ofLabel(word).isEmpty()).toList();
        check(drill, ids);
        Prerequisites.require();
        StandingFirewalls firewalls = StandingFirewalls.of(StandingLab.find(ids.isEmpty() ? "" : ids.get(0)));
        Blow blow = drill.map(Blow::of).orElseGet(() -> Blow.of(how));
        String host = node.isEmpty() ? found(firewalls, blow) : node;
        if (!firewalls.names().contains(host)) {
            throw new LabException(host + ": no firewall; there is " + String.join(", ", firewalls.names()));
        }
        if (repair) {
            blow.repair(firewalls, host);
            out.println(host + " " + blow.repairWords());
        } else {
            strike(blow, firewalls, host, drill);
        }
        return 0;
    }

    /** How to bring it back is told also where something went wrong midway. */
    private void strike(Blow blow, StandingFirewalls firewalls, String host, Optional<Drill> drill) {
        try {
            blow.strike(firewalls, host);
            out.println(host + " " + blow.words());
        } finally {
            out.println("bring it back with: " + KeptLab.carpctl() + " lab fail "
                    + firewalls.lab().id() + " --repair "
                    + drill.map(Drill::label)
                            .orElseGet(() -> "--how " + how.name().toLowerCase(Locale.ROOT))
                    + " --node " + host);
        }
    }

    private void check(Optional<Drill> drill, List<String> ids) {
        if (drill.isPresent() && spec.commandLine().getParseResult().hasMatchedOption("--how")) {
            throw new ParameterException(spec.commandLine(), "--how goes with no scenario");
        }
        if (ids.size() > 1 || ids.stream().anyMatch(id -> !id.matches("[0-9a-f]{6}"))) {
            throw new ParameterException(
                    spec.commandLine(),
                    String.join(" ", ids) + ": neither a lab of lab status nor a scenario: there is "
                            + String.join(", ", Drill.labels()));
        }
    }

    /** The master to be taken down; the one that was struck so to be brought back. */
    private String found(StandingFirewalls firewalls, Blow blow) {
        for (String host : firewalls.names()) {
            Optional<JsonNode> status = firewalls.status(host);
            if (repair
                    ? blow.isDown(status)
                    : status.filter(Statuses.every("master")).isPresent()) {
                return host;
            }
        }
        String lack = repair ? " is down that way" : " is master of all";
        throw new LabException("no firewall of the lab " + firewalls.lab().id() + lack + ": name one with --node");
    }
}
