// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.carp.packet.AddressFamily;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Set;
import java.util.function.Consumer;

/** What CARP needs of the operating system. {@link LinuxCarpNetwork} is the real one, {@link MemoryCarpNetwork} its twin for tests. */
public interface CarpNetwork {

    /** Takes and gives up the virtual addresses. */
    VirtualAddresses addresses();

    /**
     * Watches interfaces by their names, whether they exist or not.
     *
     * @param listener called on the context: before the future is done, once for each interface; then for each change
     */
    Future<LinkMonitor> watch(Context context, Collection<String> carpdevs, Consumer<CarpdevStatus> listener);

    /**
     * Opens the advertisement socket of an interface.
     *
     * @param families whose multicast groups to join
     * @param receiver called on the context with each frame that carries IP protocol 112 without a VLAN tag, and maybe with others; the
     *     buffer is valid during the call only
     */
    Future<AdvertSocket> open(
            Context context, CarpdevStatus carpdev, Set<AddressFamily> families, Consumer<ByteBuffer> receiver);
}
