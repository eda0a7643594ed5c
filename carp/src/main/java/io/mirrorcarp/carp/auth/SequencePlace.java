// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

/** Where the sequence of an advertisement stands in the one line in which all nodes of a virtual host count. It tells what its sender, or this node, has missed. */
public enum SequencePlace {
    /** Next in line; or nothing is known of it, since the sender proves nothing. */
    NEXT,
    /** More than a few before it were not heard here. */
    AFTER_GAP,
    /** The first word of the term that follows on all that was heard here: its sender has become master just now. */
    NEXT_TERM,
    /** Of a term of which this node has not heard from its beginning: another node became master meanwhile. */
    NEWER_TERM,
    /** The sender had not heard yet that this node became master. */
    OLDER_TERM;

    /** Whether this node has missed more than a few, because it or its segment stood still. */
    public boolean hasMissedSome() {
        return this == AFTER_GAP || this == NEWER_TERM;
    }

    /** Whether a master that would not give way to it has been replaced, and did not notice. */
    public boolean replaces() {
        return hasMissedSome() || this == NEXT_TERM;
    }
}
