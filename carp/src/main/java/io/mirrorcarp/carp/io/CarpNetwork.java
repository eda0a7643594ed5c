// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.function.Consumer;

/** What CARP needs of the operating system. {@link LinuxCarpNetwork} is the real one, {@link MemoryCarpNetwork} its twin for tests. */
public interface CarpNetwork {

    /**
     * Puts the calling thread, which serves the elections, ahead of other work.
     *
     * @throws IOException where this process may not
     */
    void hasten() throws IOException;

    /** Takes and gives up the virtual addresses. */
    VirtualAddresses addresses();

    /**
     * Watches interfaces by their names, whether they exist or not.
     *
     * @param listener told of each interface before the future is done; then of each change
     */
    Future<LinkMonitor> watch(Context context, Collection<String> carpdevs, LinkMonitor.Listener listener);

    /**
     * Opens the advertisement socket of an interface.
     *
     * @param receiver called on the context with each frame without a VLAN tag that carries IP protocol 112, or an ARP request where they are
     *     wanted, and maybe with others; the buffer is valid during the call only
     */
    Future<AdvertSocket> open(
            Context context, CarpdevStatus carpdev, Listening listening, Consumer<ByteBuffer> receiver);
}
