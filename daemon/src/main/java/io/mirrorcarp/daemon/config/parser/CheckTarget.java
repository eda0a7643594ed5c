// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import io.mirrorcarp.daemon.config.AddressText;
import io.mirrorcarp.daemon.config.CheckKind;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a check looks at. */
final class CheckTarget {
    private static final Pattern ADDRESS_AND_PORT = Pattern.compile("(?:\\[([^]]+)]|([^:\\[]+)):(\\d{1,5})");

    /** The kernel keeps 15 letters of a process's name (proc(5), /proc/PID/comm). */
    private static final int MAXIMUM_PROCESS_NAME = 15;

    private final TableReader table;
    private final Surroundings surroundings;

    CheckTarget(TableReader table, Surroundings surroundings) {
        this.table = table;
        this.surroundings = surroundings;
    }

    String read(CheckKind kind, String key) {
        String target = kind.target() == CheckKind.Target.ADDRESS_OR_NONE
                ? table.text(key, "")
                : table.requiredText(key, kind.example());
        if (!target.isEmpty()) {
            problem(kind, target, key).ifPresent(problem -> table.fault(key, problem));
        }
        return target;
    }

    private Optional<String> problem(CheckKind kind, String target, String key) {
        return switch (kind.target()) {
            case PROGRAM ->
                isPath(target)
                        ? surroundings.programProblem(target).map(problem -> target + " cannot be run: " + problem)
                        : mustBe(kind, key, "an absolute path");
            case PATH -> isPath(target) ? Optional.empty() : mustBe(kind, key, "an absolute path");
            case ADDRESS, ADDRESS_OR_NONE ->
                AddressText.parse(target).isPresent() ? Optional.empty() : mustBe(kind, key, "an IP address");
            case ADDRESS_AND_PORT ->
                isAddressAndPort(target) ? Optional.empty() : mustBe(kind, key, "an IP address with a port");
            case URL -> isUrl(target) ? Optional.empty() : mustBe(kind, key, "an http or https URL");
            case PROCESS_NAME ->
                target.length() <= MAXIMUM_PROCESS_NAME && !target.contains("/")
                        ? Optional.empty()
                        : mustBe(
                                kind,
                                key,
                                "the name of a process as ps -o comm prints it, up to " + MAXIMUM_PROCESS_NAME
                                        + " letters");
        };
    }

    private static Optional<String> mustBe(CheckKind kind, String key, String what) {
        return Optional.of(key + " must be " + what + ", such as \"" + kind.example() + "\"");
    }

    private static boolean isPath(String target) {
        return target.startsWith("/") && target.chars().noneMatch(Character::isISOControl);
    }

    private static boolean isAddressAndPort(String target) {
        Matcher matcher = ADDRESS_AND_PORT.matcher(target);
        if (!matcher.matches()) {
            return false;
        }
        int port = Integer.parseInt(matcher.group(3));
        String host = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return port >= 1 && port <= 65_535 && AddressText.parse(host).isPresent();
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
