// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * By which way an advertisement came.
 *
 * @param source its source address, which whoever sends it chooses
 * @param toGroup whether it was sent to a group; else to this host
 * @param isOurs whether the source is an address of this node's carpdev, virtual ones not counted
 */
public record Arrival(InetAddress source, boolean toGroup, boolean isOurs) {
    /** To a group, by another node. */
    public static Arrival toGroup(InetAddress source) {
        return new Arrival(source, true, false);
    }

    /** What a proof covers of it. */
    @Nullable
    InetAddress sender() {
        return toGroup ? source : null;
    }
}
