// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

/** Why a received frame, or the rest of it, is dropped. The names are those of {@code netstat -s -p pfsync}. */
public enum Rejection {
    /** Shorter than the smallest frame. */
    SHORT_HEADER,
    /** Not a frame of this protocol: another version, or a BSD pfsync packet. */
    BAD_VERSION,
    /** A length or an integer runs past its end, or a field has the wrong wire type. */
    BAD_LENGTH,
    /** An action that this version does not know. */
    BAD_ACTION,
    /** A field is missing, out of range, or present too often. */
    BAD_VALUES
}
