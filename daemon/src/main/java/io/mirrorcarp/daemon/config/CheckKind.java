// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.util.List;

/**
 * What a [check.NAME] looks at. A new kind is a constant here and a class in {@code io.mirrorcarp.daemon.track.kind}.
 *
 * <p>{@code kind = "interface"} is none of them: the kernel tells of a link, so nothing has to ask for it. See {@link TrackConfiguration.Interface}.
 */
public enum CheckKind {
    /** A program of the administrator ends with status 0. */
    SCRIPT(Target.PROGRAM, "/etc/carpd/checks.d/gateway"),
    /** A host answers an ICMP or ICMPv6 echo. */
    PING(Target.ADDRESS, "203.0.113.6"),
    /** A host accepts a TCP connection. */
    TCP(Target.ADDRESS_AND_PORT, "203.0.113.6:443"),
    /** A web server answers with the right status and body. */
    HTTP(Target.URL, "http://192.0.2.10/health", Option.STATUS, Option.BODY),
    /** A name server answers for a name. */
    DNS(Target.ADDRESS, "192.0.2.53", Option.QUERY),
    /** A process of that name runs. */
    PROCESS(Target.PROCESS_NAME, "named"),
    /** The next hop answers ARP or neighbour discovery: that of the default route where there is no target. */
    GATEWAY(Target.ADDRESS_OR_NONE, "203.0.113.6"),
    /** A file is there, or is not. */
    FILE(Target.PATH, "/run/gateway-ok", Option.EXPECT);

    /** What {@code target} names. */
    public enum Target {
        PROGRAM,
        ADDRESS,
        ADDRESS_OR_NONE,
        ADDRESS_AND_PORT,
        URL,
        PROCESS_NAME,
        PATH
    }

    /** The keys that only some kinds have. */
    public enum Option {
        /** Of http: the status that counts as success, 100 to 599; any of 200 to 399 where the key is missing. */
        STATUS,
        /** Of http: a text that must be in the first 64 KiB of the answer. */
        BODY,
        /** Of dns: the name that is asked for. */
        QUERY,
        /** Of file: {@code "present"} or {@code "absent"}. */
        EXPECT
    }

    private final Target target;
    private final String example;

    @SuppressWarnings("ImmutableEnumChecker") // Of List.of.
    private final List<Option> options;

    CheckKind(Target target, String example, Option... options) {
        this.target = target;
        this.example = example;
        this.options = List.of(options);
    }

    public Target target() {
        return target;
    }

    /** A target that would be right, for messages. */
    public String example() {
        return example;
    }

    public List<Option> options() {
        return options;
    }
}
