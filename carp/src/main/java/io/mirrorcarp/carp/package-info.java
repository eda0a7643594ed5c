// SPDX-License-Identifier: BSD-2-Clause
/** The CARP verticle: moves bytes and time into the machines and carries out their actions. */
@NullMarked
package io.mirrorcarp.carp;

import org.jspecify.annotations.NullMarked;
