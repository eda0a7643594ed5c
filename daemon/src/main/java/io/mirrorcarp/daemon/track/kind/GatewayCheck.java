// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.Neighbours;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The next hop must answer ARP or neighbour discovery. The kernel asks it, in the way in which it asks for what it forwards, so that a router
 * which drops pings is checked too.
 */
final class GatewayCheck implements Check {
    private static final long POLL_MILLIS = 10;

    private final Optional<InetAddress> gateway;
    private @Nullable Neighbours opened;

    /** @param gateway empty for the one of the default route */
    GatewayCheck(Optional<InetAddress> gateway) {
        this.gateway = gateway;
    }

    @Override
    public String failure(Duration timeout) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        try {
            Neighbours neighbours = open();
            Optional<Neighbours.Hop> hop =
                    gateway.isPresent() ? neighbours.hop(gateway.get()) : neighbours.defaultHop();
            if (hop.isEmpty()) {
                return gateway.map(address -> "no route to " + AddressText.format(address))
                        .orElse("no default route");
            }
            neighbours.ask(hop.get());
            while (!neighbours.hasAnswered(hop.get())) {
                if (System.nanoTime() - deadlineNanos > 0) {
                    return AddressText.format(hop.get().address()) + " does not answer in " + timeout.toMillis()
                            + " ms";
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
            return "";
        } catch (ErrnoException e) {
            // The next look begins with another socket: this one may still have an answer to come.
            close();
            return String.valueOf(e.getMessage());
        }
    }

    /** Once: its buffers are outside the heap, where nobody would miss those of every look for long. */
    private Neighbours open() throws ErrnoException {
        Neighbours neighbours = opened;
        if (neighbours == null) {
            neighbours = Neighbours.open();
            opened = neighbours;
        }
        return neighbours;
    }

    @Override
    public void close() {
        if (opened != null) {
            opened.close();
            opened = null;
        }
    }
}
