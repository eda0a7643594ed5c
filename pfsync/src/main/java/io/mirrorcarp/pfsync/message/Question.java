// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

/**
 * Asks one peer for a text, or to do something and tell how that went.
 *
 * @param creatorId whom it is for
 * @param id drawn anew for each question, not 0
 * @param text at most {@value #MAX_TEXT_BYTES} bytes of UTF-8
 * @param part which part of the answer is wanted, from 0
 * @param ageMillis how long ago it was asked first
 */
public record Question(int creatorId, long id, String text, int part, int ageMillis) {
    public static final int MAX_TEXT_BYTES = 200;
}
