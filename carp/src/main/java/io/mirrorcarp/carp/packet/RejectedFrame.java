// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A frame that was not accepted.
 *
 * @param reason the first check that failed
 * @param family the family by the Ethernet type; IPv4 when it is neither
 * @param source the IP source, or null when the frame ends before it
 */
public record RejectedFrame(
        Rejection reason, AddressFamily family, @Nullable InetAddress source) implements ParsedFrame {
    @Override
    public String dump() {
        return "rejected " + reason + (source == null ? "" : " from " + source.getHostAddress());
    }
}
