// SPDX-License-Identifier: BSD-2-Clause
/** State records and the frame codec: the only place that touches the bytes of pfsync.proto. Pure. */
@NullMarked
package io.mirrorcarp.pfsync.message;

import org.jspecify.annotations.NullMarked;
