// SPDX-License-Identifier: BSD-2-Clause
/** A conntrack entry: tuples, NAT, status, protocol state. Pure. */
@NullMarked
package io.mirrorcarp.conntrack.entry;

import org.jspecify.annotations.NullMarked;
