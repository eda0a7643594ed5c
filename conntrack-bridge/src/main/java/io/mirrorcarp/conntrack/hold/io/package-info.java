// SPDX-License-Identifier: BSD-2-Clause
/** The packets of this kernel that outran their state: the queue, the rules that fill it, and the way back in. */
@NullMarked
package io.mirrorcarp.conntrack.hold.io;

import org.jspecify.annotations.NullMarked;
