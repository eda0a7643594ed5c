// SPDX-License-Identifier: BSD-2-Clause
/** Links, addresses and routes through rtnetlink. */
@NullMarked
package io.mirrorcarp.netio.route;

import org.jspecify.annotations.NullMarked;
