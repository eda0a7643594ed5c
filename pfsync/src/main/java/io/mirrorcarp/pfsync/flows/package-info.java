// SPDX-License-Identifier: BSD-2-Clause
/** What is known of each flow: whose it is, its version, its content; and the digests over them. Pure. */
@NullMarked
package io.mirrorcarp.pfsync.flows;

import org.jspecify.annotations.NullMarked;
