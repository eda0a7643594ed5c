// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import static org.awaitility.Awaitility.await;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.PacketSocket;
import io.mirrorcarp.netio.route.Link;
import io.mirrorcarp.netio.route.Rtnetlink;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/** Asks by ARP from the interface eth0 of a namespace, as 10.9.0.9, who has an address. */
public final class ArpProbe {
    private static final BpfProgram ARP = new BpfProgram.Builder()
            .loadHalf(12)
            .jumpEqual(0x0806, 0, 1)
            .accept()
            .drop()
            .build();

    private final PacketSocket socket;
    private final MacAddress mac;
    private final MessageBatch batch = new MessageBatch(8, 128);
    private final Set<String> answers = new TreeSet<>();
    private boolean markerAnswered;

    private ArpProbe(PacketSocket socket, MacAddress mac) {
        this.socket = socket;
        this.mac = mac;
    }

    /**
     * The MACs that answer. What does not answer is known by a marker, an address whose owner answers each request before the next: its
     * answer ends the wait.
     *
     * @param expected whether to wait for at least one answer, and then for another of the marker
     */
    public static Set<String> answers(String namespace, String address, String marker, boolean expected)
            throws Exception {
        ArpProbe probe = NetworkNamespace.within(namespace, () -> {
            try (Rtnetlink route = Rtnetlink.open()) {
                Link eth0 = route.link("eth0").orElseThrow();
                return new ArpProbe(PacketSocket.open(eth0.index(), ARP), eth0.mac());
            }
        });
        try (probe.socket) {
            probe.ask(address);
            probe.awaitMarker(address, marker);
            if (expected) {
                await().atMost(Duration.ofSeconds(5)).until(() -> {
                    probe.read(address, marker);
                    return !probe.answers.isEmpty();
                });
                probe.awaitMarker(address, marker);
            }
            return probe.answers;
        }
    }

    private void awaitMarker(String address, String marker) throws Exception {
        markerAnswered = false;
        ask(marker);
        await().atMost(Duration.ofSeconds(5)).until(() -> {
            read(address, marker);
            return markerAnswered;
        });
    }

    private void ask(String target) throws Exception {
        ByteBuffer frame = ByteBuffer.allocateDirect(60);
        MacAddress.BROADCAST.put(frame);
        mac.put(frame);
        frame.putShort((short) 0x0806).putShort((short) 1).putShort((short) 0x0800);
        frame.put((byte) 6).put((byte) 4).putShort((short) 1);
        mac.put(frame);
        frame.put(InetAddress.getByName("10.9.0.9").getAddress());
        new MacAddress(0).put(frame);
        frame.put(InetAddress.getByName(target).getAddress());
        int errno = socket.send(frame.rewind());
        if (errno != 0) {
            throw new AssertionError("errno " + errno);
        }
    }

    private void read(String address, String marker) throws Exception {
        int received = socket.receive(batch);
        for (int i = 0; i < received; i++) {
            ByteBuffer frame = batch.payload(i);
            byte[] destination = new byte[6];
            frame.get(0, destination);
            // A gratuitous reply is no answer.
            if (frame.getShort(20) != 2 || !Arrays.equals(destination, mac.octets())) {
                continue;
            }
            byte[] sender = new byte[4];
            frame.get(28, sender);
            byte[] answering = new byte[6];
            frame.get(22, answering);
            String from = InetAddress.getByAddress(sender).getHostAddress();
            markerAnswered |= from.equals(marker);
            if (from.equals(address)) {
                answers.add(MacAddress.of(answering).toString());
            }
        }
    }
}
