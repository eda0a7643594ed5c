// SPDX-License-Identifier: BSD-2-Clause
/** The event stream, the dump and the import over ctnetlink sockets. */
@NullMarked
package io.mirrorcarp.conntrack.io;

import org.jspecify.annotations.NullMarked;
