// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.conntrack.entry.FlowFilter;
import io.mirrorcarp.daemon.config.Settings;
import io.mirrorcarp.daemon.doctor.DoctorReport;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the daemon does for those who administer it. Called on the control server's event loop; the future may be completed on any.
 * A future that fails with {@link CommandFailure} tells the user its sentence; any other failure is reported as it is, with status 1.
 */
public interface DaemonCommands {
    Future<Status> status();

    Future<Stats> stats();

    /**
     * Nudges a virtual host, and with preempt those of its group. Fails with {@link ExitStatus#NOT_IN_WANTED_STATE} when it does not go where it was sent.
     *
     * @param duration after which {@link VhidVerb#DOWN} ends by itself; empty for the other verbs, and for no end
     * @param force whether the others of its group stay where they are
     */
    Future<Void> vhid(String name, VhidVerb verb, Optional<Duration> duration, boolean force);

    /**
     * Demotes the node or a group, with the source "admin"; replaces an earlier such demotion.
     *
     * @param value 1 to 255
     * @param duration after which it ends by itself; empty for {@link #demoteReset}
     * @param group empty for the whole node
     */
    Future<Void> demote(int value, String reason, Optional<Duration> duration, Optional<String> group);

    /**
     * Hands everything that this node is master of to a peer that holds every state. Fails with {@link ExitStatus#NOT_IN_WANTED_STATE}, and all is as before, where
     * that does not come about.
     *
     * @param to the node that is to take over; empty for whichever the election chooses
     * @param wait how long it may take
     * @param force whether also to a peer that could not carry the connections on
     * @return a sentence
     */
    Future<String> failover(Optional<String> to, Duration wait, boolean force);

    /**
     * Ends the demotions by {@link #demote} and {@link #failover}, and for the node what was written to {@link Sysctl#DEMOTION}.
     *
     * @param group empty for the whole node
     */
    Future<Void> demoteReset(Optional<String> group);

    /**
     * Begins or ends the maintenance, which outlasts a restart. Fails, and changes nothing, where that cannot be noted, and where the peers that would take over say
     * that they could not. The beginning is done when this node is master of nothing, and fails with {@link ExitStatus#NOT_IN_WANTED_STATE}, the maintenance being
     * on, where no peer takes over.
     *
     * @param force whether to begin it whatever the peers say
     */
    Future<Void> maintenance(boolean on, String reason, boolean force);

    /** The services of the node are ready: ends the hold-off of its start. */
    Future<Void> ready();

    /** The value of every sysctl. */
    Future<Map<Sysctl, Integer>> sysctls();

    /** Writes a value that is in range of a sysctl that is writable. {@link Sysctl#DEMOTION} adds it. */
    Future<Void> setSysctl(Sysctl sysctl, int value);

    /**
     * Reads the configuration file again, and brings what has changed into force. Fails with {@link ExitStatus#CONFIGURATION_INVALID}, and changes nothing, where
     * the file has a fault.
     *
     * @param dryRun only says what would change
     * @param confirm after which the change is taken back unless {@link #confirm} comes before; empty for never
     * @param onAll whether all nodes do it, each with its own file, at one moment
     * @return what changed, a line each
     */
    Future<String> reload(boolean dryRun, Optional<Duration> confirm, boolean onAll);

    /** Gives all nodes new passphrases; the text says what was done. */
    Future<String> rotatePassphrases();

    /** Every setting that is in force; secrets as digests. */
    Future<Settings> settings();

    /** The absolute path of the file that a reload reads. */
    String configFile();

    /** What differs from each peer, by its name: the first value of each is this node's. Fails where a peer does not answer. */
    Future<Map<String, List<Settings.Difference>>> differencesToPeers();

    /** Keeps a change that waits for it. Fails with {@link ExitStatus#NOT_IN_WANTED_STATE} where there is none. */
    Future<String> confirm();

    /**
     * Looks for what is wrong with this node, its host, and between it and its peers. Changes nothing.
     *
     * @param peers whether what the peers say of themselves is told, too
     */
    Future<DoctorReport> doctor(boolean peers);

    /** Asks the peers for their whole tables. Completes when the request is sent. */
    Future<Void> pfsyncBulk();

    /**
     * Compares the digests with every peer's and repairs what differs. Fails with {@link ExitStatus#NOT_IN_WANTED_STATE} where they are
     * not equal at the end.
     *
     * @return lines that name what differed
     */
    Future<String> pfsyncVerify();

    /**
     * Changes of this node's flows that the peers have not acknowledged.
     *
     * @param node the name of the only peer asked for; empty for all
     */
    Future<String> missingStates(Optional<String> node, boolean json);

    /** Opens the kernel's table, to read those of its states that a filter chooses. */
    Future<StateTable> openStates(FlowFilter filter);
}
