// SPDX-License-Identifier: BSD-2-Clause
/** The 36-byte CARP advertisement and its envelopes: build, parse, dump. Pure. */
@NullMarked
package io.mirrorcarp.carp.packet;

import org.jspecify.annotations.NullMarked;
