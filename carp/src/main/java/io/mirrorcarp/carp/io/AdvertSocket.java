// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.auth.ExpectedCounters;
import io.vertx.core.Future;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Complete Ethernet frames on the segment of a carpdev. Used on the context that it was opened for. */
public interface AdvertSocket {

    /**
     * Sends one frame, now.
     *
     * @return 0, or the errno
     */
    int send(byte[] frame);

    /**
     * Sends an advertisement to a host, from the interface's own MAC, by the kernel's routes and neighbours.
     *
     * @param source the address that it comes from, of this node; null for the kernel's choice
     * @param payload what the IP packet carries
     * @return 0, or the errno
     */
    int send(@Nullable InetAddress source, InetAddress peer, byte[] payload);

    /**
     * Whether ARP requests are wanted as well. They are not at first.
     *
     * @return 0, or the errno
     */
    int hearArpRequests(boolean wanted);

    /**
     * Which advertisements are wanted. All of them are at first.
     *
     * @param expected of these counters every one
     * @param share of the others; more than 0, 1 for all
     * @return 0, or the errno
     */
    int sieve(ExpectedCounters expected, double share);

    /** Hands over every frame that waits, now. Not from within the receiver. */
    void read();

    /** Closes it; done when no frame will be given any more. */
    Future<Void> close();
}
