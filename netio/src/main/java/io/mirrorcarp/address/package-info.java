// SPDX-License-Identifier: BSD-2-Clause
/** Addresses of hosts and of interfaces, as values and as text. */
@NullMarked
package io.mirrorcarp.address;

import org.jspecify.annotations.NullMarked;
