// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import java.net.InetAddress;

/**
 * A peer that says that it is master of a virtual host, and all of whose states are here.
 *
 * @param vhid 1 to 255
 * @param addresses the digest of the virtual addresses, as in a resignation
 * @param sender a source address of its advertisements
 */
public record HeldMaster(int vhid, long addresses, InetAddress sender) {}
