// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor.adverts;

import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.PacketSocket;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Listens on the carpdevs for a while, with packet sockets, which see frames before packet filters drop them. */
public final class AdvertListening {
    private static final int PROTOCOL = 112;
    private static final int SLOTS = 32;
    private static final int SLOT_BYTES = 256;
    private static final int MOST = 2_000;
    private static final long PAUSE_NANOS = 20_000_000;

    /** IPv4 with protocol 112, or IPv6 with next header 112. */
    private static final BpfProgram FILTER =
            new BpfProgram.Builder().acceptProtocol(PROTOCOL).build();

    private final List<AdvertSighting> adverts = new ArrayList<>();
    private final MessageBatch batch = new MessageBatch(SLOTS, SLOT_BYTES);
    private final Map<String, PacketSocket> sockets = new HashMap<>();

    private AdvertListening() {}

    /** Listens in the network namespace of the calling thread, which waits. A carpdev that cannot be listened on is left out. */
    public static Sightings on(Set<String> carpdevs, Duration length) {
        AdvertListening listening = new AdvertListening();
        try {
            listening.open(carpdevs);
            Map<String, Long> before = framesIn(listening.sockets.keySet());
            listening.listen(length);
            Map<String, Long> after = framesIn(listening.sockets.keySet());
            before.forEach((carpdev, count) -> after.merge(carpdev, -count, Long::sum));
            return new Sightings(length, listening.adverts, after);
        } finally {
            listening.sockets.values().forEach(PacketSocket::close);
        }
    }

    private void open(Set<String> carpdevs) {
        try (Rtnetlink route = Rtnetlink.open()) {
            for (Link link : route.links()) {
                if (carpdevs.contains(link.name())) {
                    sockets.put(link.name(), PacketSocket.openBothWays(link.index(), FILTER));
                }
            }
        } catch (ErrnoException expected) {
            // Without the right to listen there is nothing to tell; the lack of the right is a finding of its own.
        }
    }

    private void listen(Duration length) {
        long endNanos = System.nanoTime() + length.toNanos();
        do {
            sockets.forEach(this::receive);
            LockSupport.parkNanos(PAUSE_NANOS);
        } while (System.nanoTime() - endNanos < 0);
    }

    private void receive(String carpdev, PacketSocket socket) {
        while (adverts.size() < MOST && socket.receive(batch) > 0) {
            for (int slot = 0; slot < batch.count(); slot++) {
                boolean outgoing = batch.packetType(slot) == PacketSocket.OUTGOING;
                AdvertSighting.of(carpdev, batch.payload(slot), outgoing).ifPresent(adverts::add);
            }
        }
    }

    private static Map<String, Long> framesIn(Set<String> carpdevs) {
        Map<String, Long> counts = new HashMap<>();
        for (String carpdev : carpdevs) {
            try {
                Path file = Path.of("/sys/class/net", carpdev, "statistics/rx_packets");
                counts.put(carpdev, Long.valueOf(Files.readString(file).strip()));
            } catch (IOException | NumberFormatException expected) {
                // Unknown.
            }
        }
        return counts;
    }
}
