// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track.kind;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.config.CheckHost;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.route.Neighbours;
import io.mirrorcarp.netio.route.Neighbours.Hop;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The next hop must answer ARP or neighbour discovery: of several, one. The kernel asks it, in the way in which it asks for what it forwards, so that a router
 * which drops pings is checked too.
 */
final class GatewayCheck implements Check {
    private static final long POLL_MILLIS = 10;

    private final Optional<CheckHost> gateway;
    private @Nullable Neighbours opened;

    /** @param gateway empty for the one of the default route */
    GatewayCheck(Optional<CheckHost> gateway) {
        this.gateway = gateway;
    }

    @Override
    public String failure(Duration timeout) throws InterruptedException {
        try {
            Neighbours neighbours = open();
            Optional<List<Hop>> hops = gateway.isPresent() ? hops(neighbours, gateway.get()) : neighbours.defaultHops();
            if (hops.isEmpty()) {
                return gateway.map(host -> "no route to " + host.text()).orElse("no default route");
            }
            if (hops.get().isEmpty()) {
                return "the default route is to an interface, without a next hop that could be asked: use kind = \"ping\"";
            }
            return failure(neighbours, hops.get(), timeout);
        } catch (ErrnoException e) {
            // The next look begins with another socket: this one may still have an answer to come.
            close();
            return String.valueOf(e.getMessage());
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static Optional<List<Hop>> hops(Neighbours neighbours, CheckHost host) throws IOException {
        return host.device().isEmpty()
                ? neighbours.hop(host.address()).map(List::of)
                : Optional.of(List.of(new Hop(ScopedAddress.index(host.device()), host.address())));
    }

    private static String failure(Neighbours neighbours, List<Hop> hops, Duration timeout)
            throws ErrnoException, InterruptedException {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        for (Hop hop : hops) {
            neighbours.ask(hop);
        }
        while (true) {
            for (Hop hop : hops) {
                if (neighbours.hasAnswered(hop)) {
                    return "";
                }
            }
            if (System.nanoTime() - deadlineNanos > 0) {
                return silent(hops) + " in " + timeout.toMillis() + " ms";
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private static String silent(List<Hop> hops) {
        String names =
                hops.stream().map(hop -> AddressText.format(hop.address())).collect(Collectors.joining(", "));
        return hops.size() == 1 ? names + " does not answer" : "none of " + names + " answers";
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
