// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import io.mirrorcarp.daemon.request.StateChoiceText;
import io.mirrorcarp.proto.control.StateChoice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that choose states, by the names and the meaning that conntrack(8) gives them. */
final class StateOptions {
    @Option(
            names = {"--src", "-s"},
            paramLabel = "ADDRESS",
            description = "From this address or prefix, before translation.")
    private @Nullable String source;

    @Option(
            names = {"--dst", "-d"},
            paramLabel = "ADDRESS",
            description = "To this address or prefix, before translation.")
    private @Nullable String destination;

    @Option(names = "--sport", paramLabel = "PORT", description = "From this port.")
    private @Nullable String sourcePort;

    @Option(names = "--dport", paramLabel = "PORT", description = "To this port.")
    private @Nullable String destinationPort;

    @Option(
            names = {"--proto", "-p"},
            paramLabel = "PROTO",
            description = "tcp, udp, icmp, icmpv6, sctp, dccp, udplite, gre, or a number.")
    private @Nullable String protocol;

    @Option(names = "--zone", paramLabel = "N", description = "In this conntrack zone.")
    private @Nullable String zone;

    @Option(names = "--mark", paramLabel = "N[/MASK]", description = "With this mark.")
    private @Nullable String mark;

    @Option(names = "--owner", paramLabel = "NODE", description = "Owned by this node; none: not replicated.")
    private @Nullable String owner;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** For the daemon. */
    StateChoice choice() {
        StateChoiceText text = new StateChoiceText("--");
        try {
            put(text, "src", source);
            put(text, "dst", destination);
            put(text, "sport", sourcePort);
            put(text, "dport", destinationPort);
            put(text, "proto", protocol);
            put(text, "zone", zone);
            put(text, "mark", mark);
            put(text, "owner", owner);
            return text.choice();
        } catch (IllegalArgumentException failure) {
            throw new ParameterException(command.commandLine(), String.valueOf(failure.getMessage()));
        }
    }

    private static void put(StateChoiceText text, String key, @Nullable String value) {
        if (value != null) {
            text.put(key, value);
        }
    }
}
