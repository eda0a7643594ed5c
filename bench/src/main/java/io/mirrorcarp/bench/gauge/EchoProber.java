// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabThread;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.IpEndpoint;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.RawIpSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks for an echo every 2 ms and notes which were answered, as a ping of that interval does. A thread of its own sends and reads; an answer
 * that comes late counts for the time at which it was asked for.
 */
public final class EchoProber implements AutoCloseable {
    /** The time between two probes: a gap is known to this. */
    public static final long INTERVAL_NANOS = 2_000_000;

    private static final int PROTOCOL_ICMP = 1;
    private static final int ECHO_REQUEST = 8 << 8;
    private static final int IDENTIFIER = 0x4d43;
    private static final int IP_HEADER = 20;
    private static final int TYPE_REPLY = 0;
    private static final int SLOTS = 64;

    private final RawIpSocket socket;
    private final IpEndpoint target;
    private final ProbeLog log = new ProbeLog();
    private final MessageBatch sent = new MessageBatch(1, 64);
    private final MessageBatch received = new MessageBatch(SLOTS, 128);
    private final LabThread thread;

    /** Starts to ask, from a host's eth0. */
    public EchoProber(LabHost host, InetAddress target) {
        this.target = new IpEndpoint(target, 0);
        socket = host.call(() -> {
            int index = NetworkInterface.getByName("eth0").getIndex();
            RawIpSocket opened = RawIpSocket.open(false, PROTOCOL_ICMP, index);
            opened.setFilter(repliesOnly());
            return opened;
        });
        thread = new LabThread("echo-prober", this::run);
    }

    private static BpfProgram repliesOnly() {
        return new BpfProgram.Builder()
                .loadByte(IP_HEADER)
                .jumpEqual(TYPE_REPLY, 0, 3)
                .loadHalf(IP_HEADER + 4)
                .jumpEqual(IDENTIFIER, 0, 1)
                .accept()
                .drop()
                .build();
    }

    /** What was asked and answered. */
    public ProbeLog log() {
        return log;
    }

    private void run(LabThread self) {
        long due = System.nanoTime();
        while (self.isRunning()) {
            readAnswers();
            send(log.ask(System.nanoTime()));
            due += INTERVAL_NANOS;
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    /** Type, code, checksum, identifier, sequence, and the number of the probe. Without a route it is lost, like any other. */
    private void send(int number) {
        ByteBuffer message = Objects.requireNonNull(sent.append(target));
        message.putShort((short) ECHO_REQUEST).putShort((short) 0);
        message.putShort((short) IDENTIFIER).putShort((short) number).putInt(number);
        int sum = ECHO_REQUEST + IDENTIFIER + (number & 0xffff) + (number >>> 16) + (number & 0xffff);
        sum = (sum >>> 16) + (sum & 0xffff);
        message.putShort(2, (short) ~((sum >>> 16) + sum));
        sent.commit();
        socket.send(sent);
        sent.clear();
    }

    private void readAnswers() {
        int count = socket.receive(received);
        for (int i = 0; i < count; i++) {
            log.answered(received.payload(i).getInt(IP_HEADER + 8));
        }
    }

    @Override
    public void close() {
        try {
            thread.end("the prober");
        } finally {
            socket.close();
        }
    }
}
