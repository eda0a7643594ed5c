// SPDX-License-Identifier: BSD-2-Clause
/** carpctl: a small client of the control socket, without Vert.x. */
@NullMarked
package io.mirrorcarp.ctl;

import org.jspecify.annotations.NullMarked;
