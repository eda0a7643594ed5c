// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

/** A fault or a warning: what is there, and what would be right. */
public record Finding(Location location, String message) {
    @Override
    public String toString() {
        return location + ": " + message;
    }
}
