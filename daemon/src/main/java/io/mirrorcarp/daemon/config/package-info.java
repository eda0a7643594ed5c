// SPDX-License-Identifier: BSD-2-Clause
/** The configuration as immutable records. Pure. */
@NullMarked
package io.mirrorcarp.daemon.config;

import org.jspecify.annotations.NullMarked;
