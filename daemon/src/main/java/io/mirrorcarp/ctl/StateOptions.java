// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose states, by the names and the meaning that conntrack(8) gives them. The daemon checks their values. */
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

    /** For the daemon. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        add(arguments, "--src", source);
        add(arguments, "--dst", destination);
        add(arguments, "--sport", sourcePort);
        add(arguments, "--dport", destinationPort);
        add(arguments, "--proto", protocol);
        add(arguments, "--zone", zone);
        add(arguments, "--mark", mark);
        add(arguments, "--owner", owner);
        return arguments;
    }

    private static void add(List<String> arguments, String option, @Nullable String value) {
        if (value != null) {
            arguments.add(option + "=" + value);
        }
    }
}
