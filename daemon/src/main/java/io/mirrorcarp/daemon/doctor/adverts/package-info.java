// SPDX-License-Identifier: BSD-2-Clause
/** Listens on the carpdevs for a while, and judges whose advertisements come and which do not. */
@NullMarked
package io.mirrorcarp.daemon.doctor.adverts;

import org.jspecify.annotations.NullMarked;
