// SPDX-License-Identifier: BSD-2-Clause
/** Routers with a packet filter, and the carpd that runs on them. */
@NullMarked
package io.mirrorcarp.lab.firewall;

import org.jspecify.annotations.NullMarked;
