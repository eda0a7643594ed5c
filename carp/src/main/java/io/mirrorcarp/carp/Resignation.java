// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

/**
 * That a node leaves as master of a virtual host. It names the virtual host by what its nodes have in common: their names for it and for the carpdev may
 * differ.
 *
 * @param vhid 1 to 255
 * @param addresses the digest of the virtual addresses, {@link io.mirrorcarp.carp.auth.AddressSet#digest}
 */
public record Resignation(int vhid, long addresses) {}
