// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import java.net.InetAddress;

/**
 * A route that the master of a virtual host has, and nobody else.
 *
 * @param destination a network, or 0.0.0.0 or :: for all
 * @param prefixLength of the destination, 0 to 32 or 128
 * @param gateway the next hop on the segment of the carpdev, of the same family
 * @param metric the smaller one is taken; 0 for the usual one of the family
 */
public record VirtualRoute(InetAddress destination, int prefixLength, InetAddress gateway, int metric) {}
