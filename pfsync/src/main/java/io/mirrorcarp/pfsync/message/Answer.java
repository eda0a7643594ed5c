// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

/**
 * A part of the answer to a {@link Question}.
 *
 * @param creatorId whom it is for
 * @param id that of the question
 * @param part from 0
 * @param parts how many the answer has, 1 to {@value #MAX_PARTS}
 * @param text at most {@value #MAX_PART_BYTES} bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares answers.
public record Answer(int creatorId, long id, int part, int parts, byte[] text) {
    public static final int MAX_PARTS = 64;
    public static final int MAX_PART_BYTES = 800;
}
