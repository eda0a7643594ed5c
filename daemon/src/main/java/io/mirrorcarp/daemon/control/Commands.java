// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import static io.mirrorcarp.daemon.control.CommandFailure.usage;

import io.mirrorcarp.proto.control.Request;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries out the commands that get one answer, and renders it: for {@code carpctl}, for the web pages and for peers. */
public final class Commands {
    /** As many as a number of nanoseconds holds. */
    private static final long MOST_MILLIS = Long.MAX_VALUE / 1_000_000;

    private static final int MAXIMUM_REASON = 200;
    private static final int MAXIMUM_DEMOTION = 255;
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

    /** Carries out a command. Fails with {@link CommandFailure} where a value of it is not right, or where it is none. */
    public Future<Answer> run(Request request) {
        try {
            return switch (request.getCommandCase()) {
                case DOCTOR -> doctor(request.getDoctor());
                case CONFIG_DIFF -> differences(request.getConfigDiff().getJson());
                default -> text(request).map(out -> new Answer(out, ExitStatus.OK));
            };
        } catch (CommandFailure failure) {
            return Future.failedFuture(failure);
        }
    }

    private Future<String> text(Request request) throws CommandFailure {
        return switch (request.getCommandCase()) {
            case STATUS -> status(request);
            case STATS -> stats(request.getStats());
            case VERSION -> Future.succeededFuture(version());
            case SYSCTL -> sysctl(request.getSysctl());
            case VHID -> vhid(request.getVhid());
            case DEMOTE -> demote(request.getDemote());
            case DEMOTE_RESET -> demoteReset(request.getDemoteReset());
            case MAINTENANCE -> maintenance(request.getMaintenance());
            case READY -> daemon.ready().map(done -> "");
            case FAILOVER -> failover(request.getFailover());
            case PFSYNC_BULK ->
                daemon.pfsyncBulk().map(done -> "asked for a bulk update; carpctl status shows how far it is\n");
            case PFSYNC_VERIFY -> daemon.pfsyncVerify();
            case MISSING_STATES -> missingStates(request.getMissingStates());
            case CONFIG_SETTINGS -> daemon.settings().map(settings -> settings.text());
            case CONFIG_FILE -> Future.succeededFuture(daemon.configFile() + "\n");
            case RELOAD -> reload(request.getReload());
            case CONFIRM -> daemon.confirm();
            case PASSPHRASE_ROTATE -> daemon.rotatePassphrases();
            default ->
                throw usage("carpd does not know this command: are carpctl and carpd of the same version?"
                        + " carpctl version tells");
        };
    }

    /** Something to look at is an answer, and a status for scripts. */
    private Future<Answer> doctor(Request.Doctor asked) {
        return daemon.doctor(asked.getPeer())
                .map(report -> new Answer(
                        asked.getJson() ? report.json() : report.text(),
                        report.isWell() ? ExitStatus.OK : ExitStatus.FAILED));
    }

    private Future<Answer> differences(boolean json) {
        return daemon.differencesToPeers().map(all -> {
            boolean equal = all.values().stream().allMatch(List::isEmpty);
            return new Answer(
                    json ? DifferenceText.json(all) : DifferenceText.text(all),
                    equal ? ExitStatus.OK : ExitStatus.NOT_IN_WANTED_STATE);
        });
    }

    private Future<String> status(Request request) {
        Look look = new Look(Math.max(0, request.getColumns()), request.getColour());
        return daemon.status()
                .map(status ->
                        request.getStatus().getJson() ? JsonText.status(status) : StatusText.render(status, look));
    }

    private Future<String> stats(Request.Stats asked) throws CommandFailure {
        String protocol = protocol(asked.getProtocol());
        return daemon.stats()
                .map(stats -> asked.getJson() ? JsonText.stats(stats, protocol) : StatsText.render(stats, protocol));
    }

    private static @Nullable String protocol(Request.Stats.Protocol protocol) throws CommandFailure {
        return switch (protocol) {
            case ALL -> null;
            case CARP, PFSYNC, CONNTRACK -> protocol.name().toLowerCase(Locale.ROOT);
            case UNRECOGNIZED -> throw usage("protocol must be carp, pfsync or conntrack");
        };
    }

    private Future<String> sysctl(Request.Sysctl asked) throws CommandFailure {
        if (!asked.hasName()) {
            return daemon.sysctls().map(values -> {
                StringBuilder lines = new StringBuilder();
                for (Sysctl sysctl : Sysctl.values()) {
                    lines.append(line(sysctl, values));
                }
                return lines.toString();
            });
        }
        Sysctl sysctl = Sysctl.ofName(asked.getName())
                .orElseThrow(() -> usage("there is no sysctl \"" + asked.getName() + "\"; carpctl sysctl lists them"));
        Future<Void> written = asked.hasValue() ? write(sysctl, asked.getValue()) : Future.succeededFuture();
        return written.compose(done -> daemon.sysctls()).map(values -> line(sysctl, values));
    }

    private static String line(Sysctl sysctl, Map<Sysctl, Integer> values) {
        return sysctl.fullName() + "=" + values.getOrDefault(sysctl, 0) + "\n";
    }

    private Future<Void> write(Sysctl sysctl, int value) throws CommandFailure {
        if (!sysctl.isWritable()) {
            throw new CommandFailure(ExitStatus.FAILED, sysctl.fullName() + " is read-only");
        }
        WholeNumber.check(sysctl.fullName(), value, sysctl.minimum(), sysctl.maximum());
        return daemon.setSysctl(sysctl, value);
    }

    private Future<String> vhid(Request.Vhid asked) throws CommandFailure {
        VhidVerb verb =
                VhidVerb.of(asked.getVerb()).orElseThrow(() -> usage("vhid needs a verb: down, up, master or backup"));
        Optional<Duration> duration = duration(asked.getForMillis());
        if (duration.isPresent() && verb != VhidVerb.DOWN) {
            throw usage("--for goes with down only");
        }
        return daemon.vhid(asked.getName(), verb, duration, asked.getForce()).map(done -> "");
    }

    private Future<String> demote(Request.Demote asked) throws CommandFailure {
        WholeNumber.check("demote", asked.getValue(), 1, MAXIMUM_DEMOTION);
        return daemon.demote(
                        asked.getValue(),
                        reason("demote", asked.getReason()),
                        duration(asked.getForMillis()),
                        given(asked.hasGroup(), asked.getGroup()))
                .map(done -> "");
    }

    private Future<String> demoteReset(Request.DemoteReset asked) {
        return daemon.demoteReset(given(asked.hasGroup(), asked.getGroup())).map(done -> "");
    }

    private static Optional<String> given(boolean is, String text) {
        return is ? Optional.of(text) : Optional.empty();
    }

    /** Of milliseconds on the wire, of which 0 is none and a number beyond all sense is the greatest. */
    private static Optional<Duration> duration(long unsignedMillis) {
        boolean senseless = Long.compareUnsigned(unsignedMillis, MOST_MILLIS) > 0;
        return unsignedMillis == 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(senseless ? MOST_MILLIS : unsignedMillis));
    }

    private static String reason(String command, String text) throws CommandFailure {
        String reason = text.strip();
        if (reason.isEmpty()
                || reason.length() > MAXIMUM_REASON
                || reason.chars().anyMatch(Character::isISOControl)) {
            throw usage(command + " needs a reason, one line of at most " + MAXIMUM_REASON + " characters");
        }
        return reason;
    }

    private Future<String> maintenance(Request.Maintenance asked) throws CommandFailure {
        if (!asked.getOn() && asked.hasReason()) {
            throw usage("a reason goes with maintenance on only");
        }
        if (!asked.getOn() && asked.getForce()) {
            throw usage("--force goes with maintenance on only");
        }
        String reason = asked.hasReason() ? asked.getReason() : "maintenance";
        return daemon.maintenance(asked.getOn(), reason("maintenance", reason), asked.getForce())
                .map(done -> "");
    }

    private static String version() {
        String version = Commands.class.getPackage().getImplementationVersion();
        return (version == null ? "(not packaged)" : version) + "\n";
    }

    private Future<String> failover(Request.Failover asked) throws CommandFailure {
        return daemon.failover(given(asked.hasTo(), asked.getTo()), wait(asked), asked.getForce())
                .map(sentence -> sentence + "\n");
    }

    private static Duration wait(Request.Failover asked) throws CommandFailure {
        Duration wait = duration(asked.getWaitMillis()).orElse(DEFAULT_WAIT);
        if (wait.compareTo(LONGEST_WAIT) > 0) {
            throw usage("--wait must be at most 10m");
        }
        return wait;
    }

    /** How long a command may take until it is given up; beyond the time that its user is willing to wait. */
    static Duration limit(Request request) throws CommandFailure {
        return switch (request.getCommandCase()) {
            case FAILOVER -> wait(request.getFailover()).plus(ANSWER);
            // Each step of a reload of all nodes has its own limit.
            case RELOAD, CONFIRM, DOCTOR, PASSPHRASE_ROTATE -> ANSWER.multipliedBy(2);
            default -> ANSWER;
        };
    }

    private Future<String> reload(Request.Reload asked) throws CommandFailure {
        if (asked.hasConfirmSeconds()) {
            WholeNumber.check("--confirm", asked.getConfirmSeconds(), 1, MAXIMUM_CONFIRM_SECONDS);
        }
        Optional<Duration> confirm = asked.hasConfirmSeconds()
                ? Optional.of(Duration.ofSeconds(asked.getConfirmSeconds()))
                : Optional.empty();
        return daemon.reload(asked.getDryRun(), confirm, asked.getBoth());
    }

    private Future<String> missingStates(Request.MissingStates asked) {
        return daemon.missingStates(given(asked.hasOn(), asked.getOn()), asked.getJson());
    }
}
