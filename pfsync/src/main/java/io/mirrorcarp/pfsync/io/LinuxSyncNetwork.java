// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.pfsync.protocol.PfsyncCounters;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The kernel's. */
public final class LinuxSyncNetwork implements SyncNetwork {
    @Override
    public Future<Supplier<Future<Void>>> watch(Context context, String device, Consumer<SyncDevice> listener) {
        return SyncDeviceMonitor.open(context, device, listener).map(monitor -> monitor::close);
    }

    @Override
    public SyncChannel open(SyncDevice device, List<InetAddress> peers, PfsyncCounters counters) throws ErrnoException {
        return PfsyncChannel.open(device, peers, counters);
    }
}
