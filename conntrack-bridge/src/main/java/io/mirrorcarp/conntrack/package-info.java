// SPDX-License-Identifier: BSD-2-Clause
/** Joins the conntrack table of the local kernel to the replication. */
@NullMarked
package io.mirrorcarp.conntrack;

import org.jspecify.annotations.NullMarked;
