// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.report;

/** What a reading is to be compared as. */
public enum Role {
    /** Of our system. */
    OURS,
    /** Of another system that does the same job. */
    PEER,
    /** Of the least that the kernel asks of any system. */
    FLOOR,
    /** Shown, and compared with nothing. */
    REMARK
}
