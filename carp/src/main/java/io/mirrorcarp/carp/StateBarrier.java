// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.vertx.core.Future;

/** What the election waits for before a takeover: the states of the connections. */
@FunctionalInterface
public interface StateBarrier {
    /**
     * Called on the election's event loop.
     *
     * @param carrying whether this node is to carry connections that another node carried, or may have carried while this one stood still
     * @return done, anywhere, when every state that came from the peers is in the kernel, and the kernel ready to carry them where that is asked
     */
    Future<Void> await(boolean carrying);
}
