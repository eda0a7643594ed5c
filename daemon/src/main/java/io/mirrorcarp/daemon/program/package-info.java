// SPDX-License-Identifier: BSD-2-Clause
/** Runs the programs of the administrator: each with a time limit, and with bounded output. */
@NullMarked
package io.mirrorcarp.daemon.program;

import org.jspecify.annotations.NullMarked;
