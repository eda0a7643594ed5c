// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab.traffic;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabThread;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.PacketSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Many TCP connections through the firewalls: a thread crafts the segments of both ends, so that no end host spends a socket on them.
 * Each opens with its three segments; of those that are to end, one half ends with FIN from both sides, the other half with RST.
 *
 * <p>Connection {@code i} is from port {@code 10000 + i % 50000} of the client to port {@code 20000 + i / 50000} of the server. The ports of a
 * connection are its own, so that NAT, which changes addresses only, leaves them as they are. Both kernels drop the segments
 * that they get, which their TCP would answer with a reset.
 */
public final class FlowLoad implements AutoCloseable {
    /** First port of the client. */
    public static final int CLIENT_PORTS = 10_000;

    /** First port of the server. */
    public static final int SERVER_PORTS = 20_000;

    /** Ports of the client. */
    public static final int CLIENT_PORT_COUNT = 50_000;

    /** Connections that have ports of their own. */
    public static final int MAX_FLOWS = 10_000 * CLIENT_PORT_COUNT;

    /** The name of the thread that sends. */
    public static final String THREAD_NAME = "flow-load";

    private static final Duration TICK = Duration.ofMillis(10);
    private static final int BATCH_SLOTS = 256;
    /** Ticks that are remembered: a power of 2. */
    private static final int HISTORY = 1 << 20;

    private static final int FOR_EVER = Integer.MAX_VALUE;
    private static final int CLIENT_SEQUENCE = 1000;
    private static final int SERVER_SEQUENCE = 5000;

    private final PacketSocket client;
    private final PacketSocket server;
    private final FlowPath path;
    private final MacAddress clientMac;
    private final MacAddress serverMac;
    private volatile TcpFrames toServer;
    private volatile TcpFrames toClient;
    private final MessageBatch batch = new MessageBatch(BATCH_SLOTS, 64);
    private final LabThread thread;
    private final long tickNanos;
    private final int ticksPerSecond;
    private final int gapTicks;
    private final OpeningPace pace;
    private volatile int flowsPerSecond;
    private volatile int lifetimeTicks = FOR_EVER;
    private volatile long begun;
    private volatile long opened;

    /** The first connection that has not got its next segment yet, for each segment of an opening. */
    private int synSent;

    private int synAckSent;
    private int ackSent;

    /** Connections that begin evenly; each advances by one segment in a tick of 10 ms. No connection is opened before {@link #open}. */
    public FlowLoad(LabHost clientHost, LabHost serverHost, FlowPath path) {
        this(clientHost, serverHost, path, TICK, TICK, OpeningPace.even(ticksPerSecond(TICK)));
    }

    /**
     * Connections that begin at random instants, as those of many clients do.
     *
     * @param clientHost with {@code eth0} on the LAN, its default route the virtual address
     * @param serverHost with {@code eth0} on the WAN
     * @param path the addresses on the way
     * @param tick how often segments are sent: a whole part of a second
     * @param gap between two segments of a connection that opens: at least a tick
     * @param seed of the instants
     */
    public static FlowLoad random(
            LabHost clientHost, LabHost serverHost, FlowPath path, Duration tick, Duration gap, long seed) {
        OpeningPace pace = OpeningPace.random(ticksPerSecond(tick), new Random(seed));
        return new FlowLoad(clientHost, serverHost, path, tick, gap, pace);
    }

    private FlowLoad(
            LabHost clientHost, LabHost serverHost, FlowPath path, Duration tick, Duration gap, OpeningPace pace) {
        this.pace = pace;
        tickNanos = tick.toNanos();
        ticksPerSecond = ticksPerSecond(tick);
        gapTicks = Math.max(1, Math.toIntExact(gap.toNanos() / tickNanos));
        dropAnswers(clientHost, "tcp sport " + SERVER_PORTS + "-" + (SERVER_PORTS + 9_999));
        dropAnswers(serverHost, "tcp dport " + SERVER_PORTS + "-" + (SERVER_PORTS + 9_999));
        client = socket(clientHost);
        server = socket(serverHost);
        this.path = path;
        clientMac = clientHost.mac("eth0");
        serverMac = serverHost.mac("eth0");
        toServer = toServer(path.lanMac());
        toClient = toClient(path.wanMac());
        thread = new LabThread(THREAD_NAME, this::run);
    }

    private TcpFrames toServer(MacAddress lanMac) {
        return new TcpFrames(lanMac, clientMac, ipv4(path.client()), ipv4(path.server()));
    }

    private TcpFrames toClient(MacAddress wanMac) {
        return new TcpFrames(wanMac, serverMac, ipv4(path.server()), ipv4(path.translated()));
    }

    private static int ticksPerSecond(Duration tick) {
        return Math.toIntExact(TimeUnit.SECONDS.toNanos(1) / tick.toNanos());
    }

    private static void dropAnswers(LabHost host, String match) {
        host.nft("table ip load { chain in { type filter hook input priority -300; " + match + " drop; }; }\n");
    }

    private static PacketSocket socket(LabHost host) {
        return host.call(
                () -> PacketSocket.open(NetworkInterface.getByName("eth0").getIndex(), BpfProgram.dropAll()));
    }

    private static int ipv4(InetAddress address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    /**
     * Opens that many connections a second from now on. 0 ends it, and half-open connections are completed.
     *
     * @param lifetimeSeconds after which three of four are ended, the fourth stays, at most 1,000,000 ticks; 0: all stay, those of before too
     */
    public void open(int newFlowsPerSecond, int lifetimeSeconds) {
        lifetimeTicks = lifetimeSeconds == 0 ? FOR_EVER : lifetimeSeconds * ticksPerSecond;
        flowsPerSecond = newFlowsPerSecond;
    }

    /** Connections whose opening has begun. */
    public long begun() {
        return begun;
    }

    /** Connections whose opening is complete. */
    public long opened() {
        return opened;
    }

    /**
     * Sends to other MACs from now on: those of a router's own interfaces reach it whoever is master, and its kernel
     * forwards them while its daemon stands still.
     *
     * @param lanMac in place of the path's on the LAN
     * @param wanMac in place of the path's on the WAN
     */
    public void sendTo(MacAddress lanMac, MacAddress wanMac) {
        toServer = toServer(lanMac);
        toClient = toClient(wanMac);
    }

    private void run(LabThread self) {
        int[] begunAt = new int[HISTORY];
        long start = System.nanoTime();
        int ended = 0;
        for (int tick = 0; self.isRunning(); tick++) {
            // The last segment first, so that those of one connection arrive in order.
            int lifetime = lifetimeTicks;
            ended = lifetime == FOR_EVER ? synSent : ended;
            while (tick >= lifetime && ended < Math.min(begunAt[(tick - lifetime) & (HISTORY - 1)], ackSent)) {
                end(ended++);
            }
            ackSent = send(ackSent, begunBefore(begunAt, tick, 2 * gapTicks), TcpFrames.ACK);
            synAckSent = send(synAckSent, begunBefore(begunAt, tick, gapTicks), TcpFrames.SYN | TcpFrames.ACK);
            int due = Math.min(pace.due(flowsPerSecond), MAX_FLOWS - synSent);
            synSent = send(synSent, synSent + due, TcpFrames.SYN);
            begunAt[tick & (HISTORY - 1)] = synSent;
            begun = synSent;
            opened = ackSent;
            LockSupport.parkNanos(start + (tick + 1) * tickNanos - System.nanoTime());
        }
    }

    /** The connections that began that many ticks ago. */
    private static int begunBefore(int[] begunAt, int tick, int ticks) {
        return tick < ticks ? 0 : begunAt[(tick - ticks) & (HISTORY - 1)];
    }

    /** One segment for each of a range of connections; the end of the range. */
    private int send(int from, int to, int flags) {
        boolean fromServer = flags == (TcpFrames.SYN | TcpFrames.ACK);
        for (int flow = from; flow < to; flow++) {
            segment(flow, fromServer, flags, 0);
        }
        flush(fromServer);
        return to;
    }

    private void end(int flow) {
        switch (flow & 3) {
            case 0 -> {}
            case 1 -> {
                segment(flow, false, TcpFrames.FIN | TcpFrames.ACK, 0);
                flush(false);
                segment(flow, true, TcpFrames.FIN | TcpFrames.ACK, 1);
                flush(true);
                segment(flow, false, TcpFrames.ACK, 1);
                flush(false);
            }
            default -> {
                segment(flow, false, TcpFrames.RST | TcpFrames.ACK, 0);
                flush(false);
            }
        }
    }

    /** @param acknowledged 1 when the FIN of the other end, or of the own, is part of what is acknowledged and counted */
    private void segment(int flow, boolean fromServer, int flags, int acknowledged) {
        if (batch.isFull()) {
            flush(fromServer);
        }
        ByteBuffer frame = Objects.requireNonNull(batch.append(null));
        int clientPort = CLIENT_PORTS + flow % CLIENT_PORT_COUNT;
        int serverPort = SERVER_PORTS + flow / CLIENT_PORT_COUNT;
        int opening = (flags & TcpFrames.SYN) != 0 ? 0 : 1;
        if (fromServer) {
            toClient.write(
                    frame,
                    serverPort,
                    clientPort,
                    flags,
                    SERVER_SEQUENCE + opening,
                    CLIENT_SEQUENCE + 1 + acknowledged);
        } else {
            int acknowledgement = (flags & TcpFrames.ACK) == 0 ? 0 : SERVER_SEQUENCE + 1 + acknowledged;
            int sequence = CLIENT_SEQUENCE + opening + acknowledged;
            toServer.write(frame, clientPort, serverPort, flags, sequence, acknowledgement);
        }
        batch.commit();
    }

    /** What the kernel has no room for now is sent again: the load must not depend on its queues. */
    private void flush(boolean fromServer) {
        while (batch.count() > 0) {
            (fromServer ? server : client).send(batch);
        }
        batch.clear();
    }

    @Override
    public void close() {
        thread.end("the load");
        client.close();
        server.close();
    }
}
