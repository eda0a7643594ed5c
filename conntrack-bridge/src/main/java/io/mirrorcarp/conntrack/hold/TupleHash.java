// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold;

import io.mirrorcarp.pfsync.message.FlowTuple;

/** 64 bits that stand for a tuple, under a seed that nobody else knows. */
@FunctionalInterface
public interface TupleHash {
    /** The hash of a tuple in a zone. */
    long of(FlowTuple tuple, int zone);
}
