// SPDX-License-Identifier: BSD-2-Clause
/** Watches interfaces and runs check programs, and demotes the node while one of them fails. */
@NullMarked
package io.mirrorcarp.daemon.track;

import org.jspecify.annotations.NullMarked;
