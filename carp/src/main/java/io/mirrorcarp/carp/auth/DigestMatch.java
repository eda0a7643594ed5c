// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

/**
 * What an accepted digest was made with.
 *
 * @param previousAddresses whether it covers the address set before the last change
 * @param nextKey whether it was made with the next key
 */
public record DigestMatch(DigestContext context, boolean previousAddresses, boolean nextKey) {}
