// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.net.InetAddress;

/**
 * What was last heard from an address.
 *
 * @param lastSeenNanos when
 */
public record Peer(InetAddress address, Bid bid, long lastSeenNanos) {}
