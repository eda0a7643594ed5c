// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.auth.ExpectedCounters;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.AdvertisementFrame;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.netio.Errno;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The network of one node in memory, for tests: its carpdevs are ports on {@link Segment}s, which other nodes may share. It records what is
 * asked of it, in order, in {@link #log}.
 */
public final class MemoryCarpNetwork implements CarpNetwork, VirtualAddresses {

    /** A piece of Ethernet: each frame reaches every other port, on the context of that port. */
    public static final class Segment {
        private final List<Port> ports = new CopyOnWriteArrayList<>();
        private final List<byte[]> frames = new CopyOnWriteArrayList<>();

        /** All frames that were sent, in order. */
        public List<byte[]> frames() {
            return new ArrayList<>(frames);
        }

        /** Sends a frame as somebody outside of the nodes. */
        public void inject(byte[] frame) {
            deliver(frame, null);
        }

        private void deliver(byte[] frame, @Nullable Port sender) {
            frames.add(frame);
            for (Port port : ports) {
                if (port != sender) {
                    port.context.runOnContext(nothing -> port.receive(frame));
                }
            }
        }
    }

    private static final class Port implements AdvertSocket {
        private final MemoryCarpNetwork node;
        private final String carpdev;
        private final Segment segment;
        private final Context context;
        private final Consumer<ByteBuffer> receiver;

        Port(MemoryCarpNetwork node, String carpdev, Context context, Consumer<ByteBuffer> receiver) {
            this.node = node;
            this.carpdev = carpdev;
            this.segment = node.segment(carpdev);
            this.context = context;
            this.receiver = receiver;
            segment.ports.add(this);
        }

        void receive(byte[] frame) {
            if (segment.ports.contains(this) && node.status(carpdev).up()) {
                receiver.accept(ByteBuffer.wrap(frame));
            }
        }

        @Override
        public int send(byte[] frame) {
            int errno = node.sendErrno;
            if (errno == 0 && !node.status(carpdev).up()) {
                errno = Errno.ENETDOWN;
            }
            if (errno == 0) {
                segment.deliver(frame, this);
            }
            return errno;
        }

        @Override
        public int send(@Nullable InetAddress source, InetAddress peer, byte[] payload) {
            CarpdevStatus status = node.status(carpdev);
            InetAddress from = source == null ? status.advertisementSource(AddressFamily.of(peer), List.of()) : source;
            return send(AdvertisementFrame.build(
                    Envelope.unicast(status.mac(), MacAddress.BROADCAST, from, peer), payload));
        }

        /** Every frame is heard anyway. */
        @Override
        public int hearArpRequests(boolean wanted) {
            return 0;
        }

        /** A segment of the memory bears every flood. */
        @Override
        public int sieve(ExpectedCounters expected, double share) {
            return 0;
        }

        /** What was sent before is on its way to the context already. */
        @Override
        public void read() {}

        @Override
        public Future<Void> close() {
            segment.ports.remove(this);
            return Future.succeededFuture();
        }
    }

    private record Watch(Context context, Set<String> carpdevs, LinkMonitor.Listener listener) {}

    private final Map<String, Segment> segments;
    private final Map<String, CarpdevStatus> statuses = new ConcurrentHashMap<>();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Set<AddressPlan> held = ConcurrentHashMap.newKeySet();
    private final Set<AddressPlan> rehearsed = ConcurrentHashMap.newKeySet();
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final AtomicInteger renewals = new AtomicInteger();
    private volatile int sendErrno;
    private volatile boolean takeFails;

    /** A node whose carpdevs are up, without addresses of their own. */
    public MemoryCarpNetwork(Map<String, Segment> segments) {
        this.segments = Map.copyOf(segments);
        int index = 2;
        for (String carpdev : this.segments.keySet()) {
            MacAddress mac = new MacAddress(0x0200_0000_0000L | (System.identityHashCode(this) & 0xffffffL));
            statuses.put(carpdev, new CarpdevStatus(carpdev, index++, true, mac, List.of()));
        }
    }

    private Segment segment(String carpdev) {
        Segment segment = segments.get(carpdev);
        if (segment == null) {
            throw new IllegalArgumentException("no carpdev " + carpdev);
        }
        return segment;
    }

    private CarpdevStatus status(String carpdev) {
        return statuses.getOrDefault(carpdev, CarpdevStatus.absent(carpdev));
    }

    /** Changes the status of a carpdev, and tells it. */
    public void change(CarpdevStatus status) {
        statuses.put(status.carpdev(), status);
        for (Watch watch : watches) {
            if (watch.carpdevs().contains(status.carpdev())) {
                watch.context().runOnContext(nothing -> watch.listener().onStatus(status));
            }
        }
    }

    /** Plugs the cable of a carpdev in or out. */
    public void setLink(String carpdev, boolean up) {
        CarpdevStatus now = status(carpdev);
        change(new CarpdevStatus(carpdev, now.ifindex(), up, now.mac(), now.addresses()));
    }

    /** Lets every send from now on answer that errno; 0 for none. */
    public void setSendErrno(int errno) {
        sendErrno = errno;
    }

    /** Takes an address away as another program would: told, and there again only when it is put back. */
    public void loseAddress(String carpdev, int vhid, InetAddress address) {
        drop(carpdev, vhid);
        for (Watch watch : watches) {
            watch.context().runOnContext(nothing -> watch.listener().onAddressGone(address));
        }
    }

    private void drop(String carpdev, int vhid) {
        held.removeIf(plan -> plan.carpdev().equals(carpdev) && plan.vhid() == vhid);
    }

    /** Lets every take from now on fail, or not. */
    public void setTakeFails(boolean fails) {
        takeFails = fails;
    }

    /** The calls so far: {@code recover}, {@code prepare wan0}, {@code rehearse 1@wan0}, {@code take 1@wan0}, {@code release 1@wan0}, {@code restore}. */
    public List<String> log() {
        return new ArrayList<>(log);
    }

    /** How often the leases were renewed. */
    public int renewals() {
        return renewals.get();
    }

    /** Whether the addresses of a vhid are taken. */
    public boolean holds(String carpdev, int vhid) {
        return held.stream().anyMatch(plan -> plan.carpdev().equals(carpdev) && plan.vhid() == vhid);
    }

    @Override
    public void hasten() {}

    @Override
    public VirtualAddresses addresses() {
        return this;
    }

    @Override
    public Future<LinkMonitor> watch(Context context, Collection<String> carpdevs, LinkMonitor.Listener listener) {
        Promise<LinkMonitor> promise = Promise.promise();
        context.runOnContext(nothing -> {
            carpdevs.forEach(carpdev -> listener.onStatus(status(carpdev)));
            Watch watch = new Watch(context, Set.copyOf(carpdevs), listener);
            watches.add(watch);
            promise.complete(() -> {
                watches.remove(watch);
                return Future.succeededFuture();
            });
        });
        return promise.future();
    }

    @Override
    public Future<AdvertSocket> open(
            Context context, CarpdevStatus carpdev, Listening listening, Consumer<ByteBuffer> receiver) {
        return Future.succeededFuture(new Port(this, carpdev.carpdev(), context, receiver));
    }

    @Override
    public void recover() {
        log.add("recover");
    }

    @Override
    public void prepare(String carpdev) {
        log.add("prepare " + carpdev);
    }

    @Override
    public void rehearse(AddressPlan plan) throws IOException {
        boolean looksOnly = held.contains(plan) || rehearsed.contains(plan);
        if (!looksOnly || takeFails) {
            log.add("rehearse " + plan.vhid() + "@" + plan.carpdev());
        }
        if (takeFails && !held.contains(plan)) {
            throw new IOException("take refused");
        }
        rehearsed.add(plan);
    }

    @Override
    public HeldAddresses take(AddressPlan plan) throws IOException {
        log.add("take " + plan.vhid() + "@" + plan.carpdev());
        if (takeFails) {
            throw new IOException("take refused");
        }
        int added = holds(plan.carpdev(), plan.vhid()) ? 0 : plan.addresses().size();
        drop(plan.carpdev(), plan.vhid());
        held.add(plan);
        CarpdevStatus carpdev = status(plan.carpdev());
        return HeldAddresses.of(plan, carpdev.mac(), true, carpdev.ifindex(), added);
    }

    /** Counted, and not in the {@link #log}. */
    @Override
    public void renew() {
        renewals.incrementAndGet();
    }

    @Override
    public void release(AddressPlan plan) {
        log.add("release " + plan.vhid() + "@" + plan.carpdev());
        drop(plan.carpdev(), plan.vhid());
    }

    @Override
    public void restore() {
        log.add("restore");
    }
}
