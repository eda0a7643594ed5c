// SPDX-License-Identifier: BSD-2-Clause
/** Keys, HMAC-SHA1 over the address set, accepted contexts, the filter of own reflections. Pure. */
@NullMarked
package io.mirrorcarp.carp.auth;

import org.jspecify.annotations.NullMarked;
