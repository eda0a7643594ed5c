// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Namespaces a 10.9.0.1 fd09::1 and b 10.9.0.2 fd09::2, eth0 of each joined by a veth pair; b has a second one to c, eth1. */
class RawIpSocketTest {

    private static final int PROTOCOL = 253;

    private TestNetwork net;
    private String a;
    private String b;
    private String c;

    @BeforeEach
    void topology() {
        net = TestNetwork.create();
        a = net.namespace("a");
        b = net.namespace("b");
        c = net.namespace("c");
        net.veth(a, "eth0", b, "eth0");
        net.veth(c, "eth0", b, "eth1");
        net.run(a, "ip addr add 10.9.0.1/24 dev eth0");
        net.run(b, "ip addr add 10.9.0.2/24 dev eth0");
        net.run(b, "ip addr add 10.9.1.2/24 dev eth1");
        net.run(c, "ip addr add 10.9.1.3/24 dev eth0");
        net.run(a, "ip addr add fd09::1/64 dev eth0 nodad");
        net.run(b, "ip addr add fd09::2/64 dev eth0 nodad");
    }

    @AfterEach
    void remove() {
        if (net != null) {
            net.close();
        }
    }

    private RawIpSocket open(String namespace, String device, boolean ipv6) throws Exception {
        int ifindex = net.ifindex(namespace, device);
        return NetworkNamespace.within(namespace, () -> RawIpSocket.open(ipv6, PROTOCOL, ifindex));
    }

    private static void send(RawIpSocket socket, IpEndpoint destination, int... contents) {
        MessageBatch batch = new MessageBatch(contents.length, 64);
        for (int content : contents) {
            ByteBuffer slot = batch.append(destination);
            assertThat(slot).isNotNull();
            slot.putInt(content);
            batch.commit();
        }
        assertThat(socket.send(batch)).isZero();
        assertThat(batch.failed()).isZero();
    }

    private static int awaitPackets(RawIpSocket socket, MessageBatch batch) {
        await().atMost(Duration.ofSeconds(5)).until(() -> socket.receive(batch) != 0);
        return batch.count();
    }

    @Test
    void aMulticastPacketArrivesWithTtl255DontFragmentAndItsSource() throws Exception {
        InetAddress group = InetAddress.getByName("224.0.0.240");
        try (RawIpSocket sender = open(a, "eth0", false);
                RawIpSocket receiver = open(b, "eth0", false)) {
            receiver.join(group);
            sender.join(group);
            send(sender, new IpEndpoint(group, 0), 0x01020304, 5);
            MessageBatch batch = new MessageBatch(4, 128);
            assertThat(awaitPackets(receiver, batch)).isEqualTo(2);
            ByteBuffer packet = batch.payload(0);
            assertThat(packet.remaining()).isEqualTo(24);
            assertThat(packet.get(8) & 0xff).isEqualTo(255);
            assertThat(packet.getShort(6)).isEqualTo((short) 0x4000);
            assertThat(packet.getInt(20)).isEqualTo(0x01020304);
            assertThat(batch.sourceIpv4(0)).isEqualTo(0x0a090001);
            assertThat(batch.sourceAddress(0)).containsExactly(10, 9, 0, 1);
            assertThat(batch.sourceIs(0, new byte[] {10, 9, 0, 1})).isTrue();
            assertThat(batch.sourceIs(0, new byte[] {10, 9, 0, 2})).isFalse();
            MessageBatch own = new MessageBatch(1, 64);
            assertThat(sender.receive(own)).isZero();
        }
    }

    @Test
    void aGroupThatWasNotJoinedIsNotHeardAlthoughAnotherSocketJoinedIt() throws Exception {
        InetAddress group = InetAddress.getByName("224.0.0.240");
        try (RawIpSocket sender = open(a, "eth0", false);
                RawIpSocket member = open(b, "eth0", false);
                RawIpSocket stranger = open(b, "eth0", false)) {
            member.join(group);
            send(sender, new IpEndpoint(group, 0), 1);
            MessageBatch batch = new MessageBatch(1, 64);
            assertThat(awaitPackets(member, batch)).isEqualTo(1);
            assertThat(stranger.receive(batch)).isZero();
        }
    }

    @Test
    void aUnicastPacketOfAnotherInterfaceIsNotHeard() throws Exception {
        IpEndpoint first = new IpEndpoint(InetAddress.getByName("10.9.0.2"), 0);
        IpEndpoint second = new IpEndpoint(InetAddress.getByName("10.9.1.2"), 0);
        try (RawIpSocket sender = open(a, "eth0", false);
                RawIpSocket other = open(c, "eth0", false);
                RawIpSocket receiver = open(b, "eth0", false);
                RawIpSocket receiverOther = open(b, "eth1", false)) {
            MessageBatch batch = new MessageBatch(2, 64);
            send(other, second, 7);
            assertThat(awaitPackets(receiverOther, batch)).isEqualTo(1);
            send(sender, first, 8);
            assertThat(awaitPackets(receiver, batch)).isEqualTo(1);
            assertThat(batch.payload(0).getInt(20)).isEqualTo(8);
        }
    }

    @Test
    void ipv6ComesWithItsHopLimitAndWithoutHeader() throws Exception {
        InetAddress group = InetAddress.getByName("ff02::f0");
        try (RawIpSocket sender = open(a, "eth0", true);
                RawIpSocket receiver = open(b, "eth0", true)) {
            receiver.join(group);
            send(sender, new IpEndpoint(group, 0), 0x0a0b0c0d);
            send(sender, new IpEndpoint(InetAddress.getByName("fd09::2"), 0), 0x0e);
            MessageBatch batch = new MessageBatch(1, 64);
            assertThat(awaitPackets(receiver, batch)).isEqualTo(1);
            assertThat(batch.payload(0).remaining()).isEqualTo(4);
            assertThat(batch.payload(0).getInt(0)).isEqualTo(0x0a0b0c0d);
            assertThat(batch.hopLimit(0)).isEqualTo(255);
            assertThat(batch.sourceFamily(0)).isEqualTo(10);
            assertThat(awaitPackets(receiver, batch)).isEqualTo(1);
            assertThat(batch.payload(0).getInt(0)).isEqualTo(0x0e);
            assertThat(batch.hopLimit(0)).isEqualTo(255);
        }
    }

    @Test
    void aPacketLargerThanTheMtuIsRefusedAndTheOthersOfTheBatchGo() throws Exception {
        IpEndpoint destination = new IpEndpoint(InetAddress.getByName("10.9.0.2"), 0);
        try (RawIpSocket sender = open(a, "eth0", false);
                RawIpSocket receiver = open(b, "eth0", false)) {
            MessageBatch out = new MessageBatch(3, 2000);
            for (int length : new int[] {4, 2000, 8}) {
                ByteBuffer slot = out.append(destination);
                assertThat(slot).isNotNull();
                slot.position(length);
                out.commit();
            }
            assertThat(sender.send(out)).isEqualTo(Errno.EMSGSIZE);
            assertThat(out.failed()).isEqualTo(1);
            MessageBatch in = new MessageBatch(3, 2000);
            assertThat(awaitPackets(receiver, in)).isEqualTo(2);
            assertThat(in.length(1)).isEqualTo(28);
        }
    }

    @Test
    void theChosenSourceAddressIsSent() throws Exception {
        net.run(a, "ip addr add 10.9.0.77/32 dev eth0");
        try (RawIpSocket receiver = open(b, "eth0", false);
                RawIpSocket sender = open(a, "eth0", false)) {
            NetworkNamespace.within(a, () -> {
                sender.bind(InetAddress.getByName("10.9.0.77"));
                return true;
            });
            send(sender, new IpEndpoint(InetAddress.getByName("10.9.0.2"), 0), 1);
            MessageBatch batch = new MessageBatch(1, 64);
            assertThat(awaitPackets(receiver, batch)).isEqualTo(1);
            assertThat(batch.sourceIpv4(0)).isEqualTo(0x0a09004d);
        }
    }
}
