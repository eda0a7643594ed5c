// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.LinkAddress;
import io.mirrorcarp.netio.route.RouteListener;
import io.mirrorcarp.netio.route.RouteMonitor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Watches the sync device by its name, whether it exists or not. */
final class SyncDeviceMonitor implements RouteListener {
    private final String name;
    private final Consumer<SyncDevice> listener;
    private final Promise<Void> listed = Promise.promise();
    private final Map<Integer, Link> links = new HashMap<>();
    private SyncDevice told;
    private @Nullable RouteMonitor monitor;

    private SyncDeviceMonitor(String name, Consumer<SyncDevice> listener) {
        this.name = name;
        this.listener = listener;
        this.told = SyncDevice.absent(name);
    }

    /**
     * Opens it in the network namespace of the calling thread.
     *
     * @param listener called on the context with each change, from the state "absent" on
     * @return done when everything that exists has been told
     */
    static Future<SyncDeviceMonitor> open(Context context, String name, Consumer<SyncDevice> listener) {
        SyncDeviceMonitor self = new SyncDeviceMonitor(name, listener);
        try {
            return RouteMonitor.open(context, self, self.listed::tryComplete).compose(opened -> {
                self.monitor = opened;
                return self.listed.future().map(nothing -> self);
            });
        } catch (ErrnoException e) {
            return Future.failedFuture(e);
        }
    }

    private void tell() {
        SyncDevice now = links.values().stream()
                .filter(link -> link.name().equals(name))
                .findFirst()
                .map(link -> new SyncDevice(name, link.index(), link.isUp(), link.isOperational(), link.mtu()))
                .orElseGet(() -> SyncDevice.absent(name));
        if (!now.equals(told)) {
            told = now;
            listener.accept(now);
        }
    }

    @Override
    public void onLink(Link link) {
        links.put(link.index(), link);
        tell();
    }

    @Override
    public void onLinkGone(Link last) {
        links.remove(last.index());
        tell();
    }

    @Override
    public void onAddress(LinkAddress address) {
        // The kernel chooses the source of each frame when it is sent.
    }

    @Override
    public void onAddressGone(LinkAddress last) {
        // See onAddress.
    }

    /** Ends it; done when the listener is not called again. */
    Future<Void> close() {
        RouteMonitor opened = monitor;
        return opened == null ? Future.succeededFuture() : opened.close();
    }
}
