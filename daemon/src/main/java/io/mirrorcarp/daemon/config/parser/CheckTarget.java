// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.CheckHost;
import io.mirrorcarp.daemon.config.CheckKind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads what a check looks at. */
final class CheckTarget {
    /** The kernel keeps 15 letters of a process's name (proc(5), /proc/PID/comm). */
    private static final int MAXIMUM_PROCESS_NAME = 15;

    private static final Pattern LINK_LOCAL = Pattern.compile("\\[?fe[89ab][0-9a-f]:.*", Pattern.CASE_INSENSITIVE);

    private final TableReader table;
    private final Surroundings surroundings;

    CheckTarget(TableReader table, Surroundings surroundings) {
        this.table = table;
        this.surroundings = surroundings;
    }

    /** The value of a key that names the target of a check of that kind; its faults are reported. */
    String read(CheckKind kind, String key) {
        String target = kind.target() == CheckKind.Target.ADDRESS_OR_NONE
                ? table.text(key, "")
                : table.requiredText(key, kind.example());
        if (kind.target() == CheckKind.Target.PROGRAM || kind.target() == CheckKind.Target.PATH) {
            target = table.absolutePath(key, "", kind.example());
        }
        if (!target.isEmpty()) {
            problem(kind, target, key).ifPresent(problem -> table.fault(key, problem));
        }
        return target;
    }

    private Optional<String> problem(CheckKind kind, String target, String key) {
        return switch (kind.target()) {
            case PROGRAM -> surroundings.programProblem(target).map(problem -> target + " cannot be run: " + problem);
            case PATH -> Optional.empty();
            case ADDRESS, ADDRESS_OR_NONE ->
                CheckHost.parse(target).isPresent() ? Optional.empty() : mustBeHost(kind, target, key, "an IP address");
            case ADDRESS_AND_PORT ->
                CheckHost.parseWithPort(target).isPresent()
                        ? Optional.empty()
                        : mustBeHost(kind, target, key, "an IP address with a port");
            case URL -> isUrl(target) ? Optional.empty() : mustBe(kind, key, "an http or https URL");
            case PROCESS_NAME -> processProblem(kind, target, key);
        };
    }

    private static Optional<String> processProblem(CheckKind kind, String target, String key) {
        if (target.contains("/")) {
            return mustBe(kind, key, "the name of a process as ps -o comm prints it");
        }
        return target.length() <= MAXIMUM_PROCESS_NAME
                ? Optional.empty()
                : Optional.of("the kernel keeps " + MAXIMUM_PROCESS_NAME + " letters of a process's name: write \""
                        + target.substring(0, MAXIMUM_PROCESS_NAME) + "\"");
    }

    private static Optional<String> mustBeHost(CheckKind kind, String target, String key, String what) {
        return LINK_LOCAL.matcher(target).matches()
                ? Optional.of("a link-local address needs its interface: fe80::1%eth0")
                : mustBe(kind, key, what);
    }

    private static Optional<String> mustBe(CheckKind kind, String key, String what) {
        return Optional.of(key + " must be " + what + ", such as \"" + kind.example() + "\"");
    }

    /** Whether it is an http or https URL with a host, and without a user in it. */
    static boolean isUrl(String target) {
        try {
            URI uri = new URI(target);
            return uri.getHost() != null
                    && uri.getUserInfo() == null
                    && Set.of("http", "https").contains(String.valueOf(uri.getScheme()));
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
