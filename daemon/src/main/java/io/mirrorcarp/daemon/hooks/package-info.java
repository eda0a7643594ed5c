// SPDX-License-Identifier: BSD-2-Clause
/** Tells the programs of hooks.d what happens to CARP. */
@NullMarked
package io.mirrorcarp.daemon.hooks;

import org.jspecify.annotations.NullMarked;
