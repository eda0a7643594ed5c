// SPDX-License-Identifier: BSD-2-Clause
/** Links, addresses and macvlan devices through rtnetlink. */
@NullMarked
package io.mirrorcarp.netio.route;

import org.jspecify.annotations.NullMarked;
