// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

/**
 * How far the sequences of a virtual host had come in an earlier life of the node.
 *
 * @param reserved no sequence above it was sent; this life begins above it
 * @param heard at least this one was heard, so none up to it is fresh; at most {@code reserved}
 */
public record SequenceMark(long reserved, long heard) {
    /** Nothing is known: a new virtual host, or a state directory that was lost. */
    public static final SequenceMark NONE = new SequenceMark(0, 0);

    public SequenceMark {
        if (heard < 0 || reserved < heard || reserved > ProvenCounter.LAST_SEQUENCE) {
            throw new IllegalArgumentException("no sequences: " + reserved + ", " + heard);
        }
    }
}
