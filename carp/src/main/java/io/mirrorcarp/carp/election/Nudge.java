// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

/** What can be asked of a virtual host by hand. */
public enum Nudge {
    /** Leave the election, with a bow-out where it is master. */
    DOWN,
    /** Take part in it again. */
    UP,
    /** Become master; the rules go on from there. */
    MASTER,
    /** Become backup; the rules go on from there. */
    BACKUP
}
