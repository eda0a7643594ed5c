// SPDX-License-Identifier: BSD-2-Clause
/** Drills: what else can happen to firewalls, tried in the lab, with what must come of it. */
@NullMarked
package io.mirrorcarp.lab.drill;

import org.jspecify.annotations.NullMarked;
