// SPDX-License-Identifier: BSD-2-Clause
/** Packets that outran their state: which of them wait, for how long, and the messages by which the kernel hands them over. */
@NullMarked
package io.mirrorcarp.conntrack.hold;

import org.jspecify.annotations.NullMarked;
