// SPDX-License-Identifier: BSD-2-Clause
/** Connections that are measured while the firewalls change roles. */
@NullMarked
package io.mirrorcarp.lab.traffic;

import org.jspecify.annotations.NullMarked;
