// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.simulation;

import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.PeerAdvertisement;

/** One node's instance of a vhid, ours or one that follows another system's rules. */
interface Member extends VirtualClock.Sleeper {
    String name();

    /** With its configuration. */
    String describe();

    /** From nothing, as after a boot. Without effect while running. */
    void start();

    /** In good order. */
    void stop();

    /** Without a word, and with all its memory lost. */
    void crash();

    boolean isRunning();

    void link(boolean up);

    /** The node's demotion, links included. */
    void demote(int total);

    void hear(PeerAdvertisement advertisement);

    CarpState state();

    /** Whether it displaces a slower master. */
    boolean preempts();

    /** Whether this member's own rules would make it displace that master: never so for long. */
    boolean wouldDisplace(Member master);

    /** What it advertises, or would. */
    PeerAdvertisement advertisement();
}
