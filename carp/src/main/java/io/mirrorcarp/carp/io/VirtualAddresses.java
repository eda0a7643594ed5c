// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes and gives up virtual addresses on this node. Every call blocks until it is done, up to some tens of milliseconds, and can be
 * repeated without harm. One call at a time, from any thread.
 */
public interface VirtualAddresses {

    /** Removes what a process that died left, and puts its settings back. Before anything else. */
    void recover() throws IOException;

    /** Makes ready what the addresses of an interface need, whenever an interface of that name has come. {@link #restore} undoes it. */
    void prepare(String carpdev) throws IOException;

    /**
     * Does what can be done of {@link #take} without answering for anything, and undoes it: so most of what would make a takeover fail is known before it has to
     * succeed, and what costs some milliseconds the first time has been done. Said again, and where the addresses are held, it only looks for settings of the host that silence them.
     */
    void rehearse(AddressPlan plan) throws IOException;

    /** Begins to answer for the addresses. Where it fails, nothing of it is left. */
    HeldAddresses take(AddressPlan plan) throws IOException;

    /**
     * Takes those of several virtual hosts in one go: as {@link #take(AddressPlan)} of each, with fewer messages to the kernel.
     *
     * @param plans each of another virtual host
     * @return the outcome of each, in the order of the plans: that one fails is nothing to the others
     */
    default List<TakeOutcome> takeAll(List<AddressPlan> plans) {
        List<TakeOutcome> outcomes = new ArrayList<>();
        for (AddressPlan plan : plans) {
            try {
                outcomes.add(TakeOutcome.taken(take(plan)));
            } catch (IOException e) {
                outcomes.add(TakeOutcome.failed(e));
            }
        }
        return outcomes;
    }

    /**
     * Renews the lease of every address that is held, in one batch. To be called once a second: the kernel removes the addresses 2.0 to 2.4 s after the last call.
     * {@link #take} begins a fresh lease. What has run out, or was removed by somebody, does not come back by this.
     */
    void renew() throws IOException;

    /** How many packets to balanced addresses were left to other nodes since the last call. */
    default long takeBalancedAway() throws IOException {
        return 0;
    }

    /** Stops to answer for them. */
    void release(AddressPlan plan) throws IOException;

    /** Releases what is still held, and puts back every setting that {@link #prepare} changed: at the end. */
    void restore() throws IOException;
}
