// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.mirrorcarp.address.AddressText;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names by which this host may be called. A page of another site can make its own name point here (DNS rebinding), and would then count as our page;
 * it cannot change the Host header, which still has its name. An address in the header is no name, so it is always right.
 */
final class HostNames {
    private final Set<String> names = new HashSet<>();

    /** @param names in any case; one that begins with {@code *.} stands for each one label longer */
    HostNames(Set<String> names) {
        names.forEach(name -> this.names.add(name.toLowerCase(Locale.ROOT)));
        this.names.add("localhost");
    }

    /** @param host the name of the Host header, without the port; null when there is none */
    boolean contains(@Nullable String host) {
        if (host == null) {
            return false;
        }
        String name = host.toLowerCase(Locale.ROOT);
        boolean bracketed = name.startsWith("[") && name.endsWith("]");
        if (AddressText.parse(bracketed ? name.substring(1, name.length() - 1) : name)
                .isPresent()) {
            return true;
        }
        int dot = name.indexOf('.');
        return names.contains(name) || (dot > 0 && names.contains("*" + name.substring(dot)));
    }
}
