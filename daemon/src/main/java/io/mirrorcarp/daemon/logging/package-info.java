// SPDX-License-Identifier: BSD-2-Clause
/** The log: one line a change on standard error, for a terminal or for journald. */
@NullMarked
package io.mirrorcarp.daemon.logging;

import org.jspecify.annotations.NullMarked;
