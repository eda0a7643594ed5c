// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.auth.CountingSigner;
import io.mirrorcarp.carp.packet.AdvertisementFrame;
import io.mirrorcarp.carp.packet.AdvertisementParser;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.PacketSocket;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A node that answers as fast as the kernel of a BSD, from a thread that never waits: a backup that becomes master at a bow-out, and with preempt at any slower advertisement, says so in both families
 * within some 100 us, and goes on from the counter that it heard. It has no addresses: what it is for is the switch port that the virtual MAC is learned at.
 */
final class BsdTwin implements AutoCloseable {
    private static final int SLOTS = 16;
    private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final PacketSocket socket;
    private final CountingSigner signer;
    private final int vhid;
    private final int advskew;
    private final boolean preempt;
    private final List<InetAddress> sources;
    private final Function<InetAddress, Envelope> envelope;
    private final AdvertisementParser parser = new AdvertisementParser(family -> true, any -> true, false);
    private final ByteBuffer outgoing = ByteBuffer.allocateDirect(256);
    private final Thread thread = new Thread(this::run, "bsd-twin");
    private volatile boolean closed;
    private volatile boolean master;

    /** To the groups, from the virtual MAC. */
    static Function<InetAddress, Envelope> multicast(int vhid) {
        return source -> Envelope.multicast(vhid, source, 0);
    }

    /**
     * @param sources one of each family
     * @param envelope of a source
     */
    BsdTwin(
            String namespace,
            String device,
            CountingSigner signer,
            int vhid,
            int advskew,
            boolean preempt,
            List<InetAddress> sources,
            Function<InetAddress, Envelope> envelope)
            throws Exception {
        this.envelope = envelope;
        this.signer = signer;
        this.vhid = vhid;
        this.advskew = advskew;
        this.preempt = preempt;
        this.sources = sources;
        socket = NetworkNamespace.within(namespace, () -> {
            try (Rtnetlink route = Rtnetlink.open()) {
                BpfProgram all = new BpfProgram.Builder().accept().drop().build();
                PacketSocket opened =
                        PacketSocket.open(route.link(device).orElseThrow().index(), all);
                opened.setPromiscuous();
                return opened;
            }
        });
        thread.start();
    }

    boolean isMaster() {
        return master;
    }

    private void run() {
        MessageBatch batch = new MessageBatch(SLOTS, 2048);
        long nextNanos = 0;
        while (!closed) {
            int received = socket.receive(batch);
            for (int i = 0; i < received; i++) {
                if (parser.parse(batch.payload(i)) instanceof ReceivedAdvertisement heard
                        && !master
                        && takesOverFrom(heard)) {
                    master = true;
                    advertise();
                    nextNanos = System.nanoTime() + INTERVAL_NANOS;
                }
            }
            if (master && System.nanoTime() - nextNanos >= 0) {
                advertise();
                nextNanos = System.nanoTime() + INTERVAL_NANOS;
            }
        }
    }

    private boolean takesOverFrom(ReceivedAdvertisement heard) {
        return heard.advertisement().vhid() == vhid
                && signer.hear((CarpAdvertisement) heard.advertisement())
                && (heard.advertisement().isBowOut() || preempt);
    }

    private void advertise() {
        for (InetAddress source : sources) {
            byte[] frame = AdvertisementFrame.build(envelope.apply(source), signer.sign(0, advskew));
            socket.send(outgoing.clear().put(frame).flip());
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
        socket.close();
    }
}
