// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

/** What an interface or a key file that is named and not there counts as. */
public enum Absent {
    /** A fault: for whoever checks a file. */
    IS_A_FAULT,

    /** Something that may come, as at boot: for the daemon, which waits for it. */
    IS_AWAITED
}
