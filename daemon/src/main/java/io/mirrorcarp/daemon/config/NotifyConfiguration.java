// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * One [[notify]] table: who is told of what.
 *
 * @param on of which changes
 * @param way how
 * @param target a URL, an address for mail, or the absolute path of a program
 * @param timeout how long one attempt may take
 */
public record NotifyConfiguration(Set<Kind> on, Way way, String target, Duration timeout) {
    public NotifyConfiguration {
        on = Set.copyOf(on);
    }

    /** What changed. */
    public enum Kind {
        /** The state of a virtual host. */
        STATE,
        /** Whether the pair is ready to fail over. */
        READY,
        /** What the doctor finds. */
        DOCTOR;

        /** As the file spells it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How it is told. */
    public enum Way {
        /** A POST of JSON. */
        WEBHOOK,
        /** The local sendmail. */
        MAIL,
        /** A program. */
        COMMAND;

        /** The key of the file. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** In the order of the enum, for printing. */
    public Set<Kind> onInOrder() {
        return on.isEmpty() ? EnumSet.noneOf(Kind.class) : EnumSet.copyOf(on);
    }
}
