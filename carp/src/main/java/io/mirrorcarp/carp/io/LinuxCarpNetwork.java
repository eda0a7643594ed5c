// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.RealTime;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.Consumer;

/** The kernel's network, in the network namespace of the threads that use it. */
public final class LinuxCarpNetwork implements CarpNetwork {

    private final KernelAddresses addresses;

    /**
     * @param restoreFile where to note settings that are to be put back, in a directory that lasts longer than the process and not longer
     *     than the kernel: {@code /run/carpd/restore}
     */
    public LinuxCarpNetwork(Path restoreFile) {
        addresses = new KernelAddresses(restoreFile);
    }

    @Override
    public void hasten() throws ErrnoException {
        RealTime.hasten();
    }

    @Override
    public VirtualAddresses addresses() {
        return addresses;
    }

    @Override
    public Future<LinkMonitor> watch(Context context, Collection<String> carpdevs, LinkMonitor.Listener listener) {
        try {
            return RouteLinkMonitor.open(context, carpdevs, listener);
        } catch (ErrnoException e) {
            return Future.failedFuture(e);
        }
    }

    @Override
    public Future<AdvertSocket> open(
            Context context, CarpdevStatus carpdev, Listening listening, Consumer<ByteBuffer> receiver) {
        try {
            return PacketAdvertSocket.open(context, carpdev.ifindex(), listening, receiver);
        } catch (ErrnoException e) {
            return Future.failedFuture(e);
        }
    }
}
