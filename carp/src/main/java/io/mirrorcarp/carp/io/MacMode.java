// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

/** Which Ethernet address answers for virtual addresses. */
public enum MacMode {
    /** 00:00:5e:00:01:VHID, which the carpdev has beside its own: it moves with the addresses. */
    VIRTUAL,
    /** The carpdev's own, for networks that let no other pass: only the announcements move the neighbours. */
    INTERFACE
}
