// SPDX-License-Identifier: BSD-2-Clause
/** Addresses on {@code lo} that a routing daemon announces while the node may be sent traffic. */
@NullMarked
package io.mirrorcarp.daemon.route;

import org.jspecify.annotations.NullMarked;
