// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import static io.mirrorcarp.daemon.control.Words.integer;
import static io.mirrorcarp.daemon.control.Words.usage;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries out the command lines that get one answer, and renders it: for {@code carpctl}, and for the web pages. */
public final class Commands {
    private static final int MAXIMUM_REASON = 200;
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(10);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);
    private static final int MAXIMUM_CONFIRM_SECONDS = 3_600;

    private final DaemonCommands daemon;

    public Commands(DaemonCommands daemon) {
        this.daemon = daemon;
    }

    /**
     * What a command answers.
     *
     * @param out for standard output
     * @param exitStatus one of {@link ExitStatus}
     */
    public record Answer(String out, int exitStatus) {}

    /** Carries out a command line: the words after {@code carpctl}. Fails with {@link CommandFailure} where they are none. */
    public Future<Answer> run(List<String> arguments) {
        try {
            return run(new Words(arguments), Look.PLAIN);
        } catch (CommandFailure failure) {
            return Future.failedFuture(failure);
        }
    }

    /**
     * Carries out a command line.
     *
     * @param look of what a person reads
     */
    Future<Answer> run(Words words, Look look) {
        try {
            return switch (words.command()) {
                case "doctor" -> doctor(words);
                case "config" -> config(words);
                default -> text(words, look).map(out -> new Answer(out, ExitStatus.OK));
            };
        } catch (CommandFailure failure) {
            return Future.failedFuture(failure);
        }
    }

    /** Something to look at is an answer, and a status for scripts. */
    private Future<Answer> doctor(Words words) throws CommandFailure {
        words.expect(0, 0, List.of("--json", "--peer"));
        boolean json = words.has("--json");
        return daemon.doctor(words.has("--peer"))
                .map(report -> new Answer(
                        json ? report.json() : report.text(), report.isWell() ? ExitStatus.OK : ExitStatus.FAILED));
    }

    /** {@code config settings} is for carpctl, which compares them with a file. */
    private Future<Answer> config(Words words) throws CommandFailure {
        words.expect(1, 1, List.of("--json"));
        return switch (words.word(1).orElseThrow()) {
            case "settings" -> daemon.settings().map(settings -> new Answer(settings.text(), ExitStatus.OK));
            case "diff" -> differences(words.has("--json"));
            default -> throw usage("carpd answers config diff --peer and config settings");
        };
    }

    private Future<Answer> differences(boolean json) {
        return daemon.differencesToPeers().map(all -> {
            boolean equal = all.values().stream().allMatch(List::isEmpty);
            return new Answer(
                    json ? DifferenceText.json(all) : DifferenceText.text(all),
                    equal ? ExitStatus.OK : ExitStatus.NOT_IN_WANTED_STATE);
        });
    }

    private Future<String> text(Words words, Look look) throws CommandFailure {
        return switch (words.command()) {
            case "status" -> status(words, look);
            case "stats" -> stats(words);
            case "sysctl" -> sysctl(words);
            case "vhid" -> vhid(words);
            case "demote" -> demote(words);
            case "maintenance" -> maintenance(words);
            case "ready" -> ready(words);
            case "pfsync" -> pfsync(words);
            case "failover" -> failover(words);
            case "reload" -> reload(words);
            case "confirm" -> confirm(words);
            case "passphrase" -> passphrase(words);
            case "states" -> states(words);
            case "version" -> version(words);
            default -> throw usage("carpd does not know the command \"" + words.command() + "\"");
        };
    }

    private Future<String> status(Words words, Look look) throws CommandFailure {
        words.expect(0, 0, List.of("--json"));
        boolean json = words.has("--json");
        return daemon.status().map(status -> json ? JsonText.status(status) : StatusText.render(status, look));
    }

    private Future<String> stats(Words words) throws CommandFailure {
        words.expect(0, 0, List.of("--json", "--protocol"));
        String protocol = words.option("--protocol").orElse(null);
        if (protocol != null && !Stats.PROTOCOLS.contains(protocol)) {
            throw usage("--protocol must be carp, pfsync or conntrack, not " + protocol);
        }
        return daemon.stats()
                .map(stats ->
                        words.has("--json") ? JsonText.stats(stats, protocol) : StatsText.render(stats, protocol));
    }

    private Future<String> sysctl(Words words) throws CommandFailure {
        words.expect(0, 1, List.of());
        Optional<String> assignment = words.word(1);
        if (assignment.isEmpty()) {
            return daemon.sysctls().map(values -> {
                StringBuilder lines = new StringBuilder();
                for (Sysctl sysctl : Sysctl.values()) {
                    lines.append(line(sysctl, values));
                }
                return lines.toString();
            });
        }
        int equals = assignment.get().indexOf('=');
        String name = equals < 0 ? assignment.get() : assignment.get().substring(0, equals);
        Sysctl sysctl = Sysctl.ofName(name)
                .orElseThrow(() -> usage("there is no sysctl \"" + name + "\"; carpctl sysctl lists them"));
        Future<Void> written = equals < 0
                ? Future.succeededFuture()
                : write(sysctl, assignment.get().substring(equals + 1));
        return written.compose(done -> daemon.sysctls()).map(values -> line(sysctl, values));
    }

    private static String line(Sysctl sysctl, Map<Sysctl, Integer> values) {
        return sysctl.fullName() + "=" + values.getOrDefault(sysctl, 0) + "\n";
    }

    private Future<Void> write(Sysctl sysctl, String text) throws CommandFailure {
        if (!sysctl.isWritable()) {
            throw new CommandFailure(ExitStatus.FAILED, sysctl.fullName() + " is read-only");
        }
        int value = integer(sysctl.fullName(), text, sysctl.minimum(), sysctl.maximum());
        return daemon.setSysctl(sysctl, value);
    }

    private Future<String> vhid(Words words) throws CommandFailure {
        words.expect(2, 2, List.of("--for", "--force"));
        String name = words.word(1).orElseThrow();
        String verb = words.word(2).orElseThrow();
        VhidVerb nudge = VhidVerb.ofName(verb)
                .orElseThrow(() -> usage("vhid NAME takes down, up, master or backup, not \"" + verb + "\""));
        Optional<Duration> duration = words.duration("--for");
        if (duration.isPresent() && nudge != VhidVerb.DOWN) {
            throw usage("--for goes with down only");
        }
        return daemon.vhid(name, nudge, duration, words.has("--force")).map(done -> "");
    }

    private Future<String> demote(Words words) throws CommandFailure {
        words.expect(0, 1, List.of("--reason", "--for", "--reset", "--group"));
        Optional<String> value = words.word(1);
        Optional<String> group = words.option("--group");
        if (words.has("--reset")) {
            if (value.isPresent() || words.has("--reason") || words.has("--for")) {
                throw usage("demote --reset takes --group and nothing else");
            }
            return daemon.demoteReset(group).map(done -> "");
        }
        if (value.isEmpty()) {
            throw usage("demote needs a number from 1 to 255, or --reset");
        }
        int demotion = integer("demote", value.get(), 1, 255);
        Optional<Duration> duration = words.duration("--for");
        return daemon.demote(demotion, reason(words, ""), duration, group).map(done -> "");
    }

    private static String reason(Words words, String otherwise) throws CommandFailure {
        String reason = words.option("--reason").orElse(otherwise).strip();
        if (reason.isEmpty()
                || reason.length() > MAXIMUM_REASON
                || reason.chars().anyMatch(Character::isISOControl)) {
            throw usage(
                    words.command() + " needs --reason TEXT, one line of at most " + MAXIMUM_REASON + " characters");
        }
        return reason;
    }

    private Future<String> maintenance(Words words) throws CommandFailure {
        words.expect(1, 1, List.of("--reason"));
        String verb = words.word(1).orElseThrow();
        if (!verb.equals("on") && !verb.equals("off")) {
            throw usage("maintenance takes on or off, not \"" + verb + "\"");
        }
        if (verb.equals("off") && words.has("--reason")) {
            throw usage("--reason goes with on only");
        }
        return daemon.maintenance(verb.equals("on"), reason(words, "maintenance"))
                .map(done -> "");
    }

    private Future<String> ready(Words words) throws CommandFailure {
        words.expect(0, 0, List.of());
        return daemon.ready().map(done -> "");
    }

    private static Future<String> version(Words words) throws CommandFailure {
        words.expect(0, 0, List.of());
        String version = Commands.class.getPackage().getImplementationVersion();
        return Future.succeededFuture((version == null ? "(not packaged)" : version) + "\n");
    }

    private Future<String> failover(Words words) throws CommandFailure {
        words.expect(0, 0, List.of("--to", "--wait"));
        return daemon.failover(words.option("--to"), wait(words)).map(sentence -> sentence + "\n");
    }

    private static Duration wait(Words words) throws CommandFailure {
        Duration wait = words.duration("--wait").orElse(DEFAULT_WAIT);
        if (wait.compareTo(LONGEST_WAIT) > 0) {
            throw usage("--wait must be at most 10m");
        }
        return wait;
    }

    /** How long a command may take until it is given up; beyond the time that its user is willing to wait. */
    static Duration limit(Words words) throws CommandFailure {
        return switch (words.command()) {
            case "failover" -> wait(words).plus(ANSWER);
            // Each step of a reload of all nodes has its own limit.
            case "reload", "confirm", "doctor", "passphrase" -> ANSWER.multipliedBy(2);
            default -> ANSWER;
        };
    }

    private Future<String> reload(Words words) throws CommandFailure {
        words.expect(0, 0, List.of("--dry-run", "--confirm", "--both"));
        Optional<Duration> confirm = words.option("--confirm").isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(
                        integer("--confirm", words.option("--confirm").get(), 1, MAXIMUM_CONFIRM_SECONDS)));
        return daemon.reload(words.has("--dry-run"), confirm, words.has("--both"));
    }

    private Future<String> passphrase(Words words) throws CommandFailure {
        words.expect(1, 1, List.of("--both"));
        if (!words.has("--both") || !words.word(1).orElseThrow().equals("rotate")) {
            throw usage("passphrase takes rotate --both");
        }
        return daemon.rotatePassphrases();
    }

    private Future<String> confirm(Words words) throws CommandFailure {
        words.expect(0, 0, List.of());
        return daemon.confirm();
    }

    private Future<String> pfsync(Words words) throws CommandFailure {
        words.expect(1, 1, List.of());
        String verb = words.word(1).orElseThrow();
        return switch (verb) {
            case "bulk" ->
                daemon.pfsyncBulk().map(done -> "asked for a bulk update; carpctl status shows how far it is\n");
            case "verify" -> daemon.pfsyncVerify();
            default -> throw usage("pfsync takes bulk or verify, not \"" + verb + "\"");
        };
    }

    private Future<String> states(Words words) throws CommandFailure {
        words.expect(0, 0, List.of("--missing", "--on", "--json"));
        return daemon.missingStates(words.option("--on"), words.has("--json"));
    }
}
