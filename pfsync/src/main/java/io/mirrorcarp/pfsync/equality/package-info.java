// SPDX-License-Identifier: BSD-2-Clause
/** Whether the tables are equal, and what makes them so: digests, bulk updates, sweeps, verification. Pure. */
@NullMarked
package io.mirrorcarp.pfsync.equality;

import org.jspecify.annotations.NullMarked;
