// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a user of the web pages may do; each role may do what those before it may. */
public enum Role {
    /** Nothing: nobody has logged in, and that is needed here. */
    NONE,
    /** Read. */
    VIEW,
    /** Change something too. */
    OPERATE;

    /** The role that {@code web.auth} names; never {@link #NONE}. */
    public static Optional<Role> ofText(String text) {
        return Arrays.stream(values())
                .filter(role -> role != NONE && role.text().equals(text))
                .findFirst();
    }

    /** As {@code web.auth} and the JSON spell it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean mayDo(Role needed) {
        return compareTo(needed) >= 0;
    }
}
