// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.net.InetAddress;

/**
 * A peer that says on another path, which can be trusted, that it is master of a virtual host.
 *
 * @param vhid 1 to 255
 * @param addresses the digest of the virtual addresses
 * @param source where its advertisements come from
 */
public record KnownMaster(int vhid, long addresses, InetAddress source) {}
