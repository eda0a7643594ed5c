// SPDX-License-Identifier: BSD-2-Clause
/** The configuration as records, its parser, and every range check. Pure. */
@NullMarked
package io.mirrorcarp.daemon.config;

import org.jspecify.annotations.NullMarked;
