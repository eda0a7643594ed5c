// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.address.MacAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two namespaces a and b, eth0 of each joined by a veth pair. Frames have the experimental EtherType 88b5 and a byte of content. */
class PacketSocketTest {

    private static final int ETHERTYPE = 0x88b5;
    private static final BpfProgram OURS = new BpfProgram.Builder()
            .loadVlanTagPresent()
            .jumpEqual(0, 0, 3)
            .loadHalf(12)
            .jumpEqual(ETHERTYPE, 0, 1)
            .accept()
            .drop()
            .build();

    private TestNetwork net;
    private String a;
    private String b;

    @BeforeEach
    void topology() {
        net = TestNetwork.create();
        a = net.namespace("a");
        b = net.namespace("b");
        net.veth(a, "eth0", b, "eth0");
    }

    @AfterEach
    void remove() {
        if (net != null) {
            net.close();
        }
    }

    private PacketSocket open(String namespace) throws Exception {
        int ifindex = net.ifindex(namespace, "eth0");
        return NetworkNamespace.within(namespace, () -> PacketSocket.open(ifindex, OURS));
    }

    private static ByteBuffer frame(String destination, int ethertype, int content) {
        ByteBuffer frame = ByteBuffer.allocateDirect(60);
        MacAddress.parse(destination).put(frame);
        MacAddress.parse("02:00:00:00:00:01").put(frame);
        return frame.putShort((short) ethertype).put((byte) content).rewind();
    }

    private static int awaitFrames(PacketSocket socket, MessageBatch batch) {
        await().atMost(Duration.ofSeconds(5)).until(() -> socket.receive(batch) != 0);
        return batch.count();
    }

    @Test
    void aFrameArrivesWholeWithItsInterfaceAndType() throws Exception {
        try (PacketSocket sender = open(a);
                PacketSocket receiver = open(b)) {
            receiver.joinMulticast(MacAddress.parse("01:00:5e:00:00:12"));
            assertThat(sender.send(frame("01:00:5e:00:00:12", ETHERTYPE, 7))).isZero();
            MessageBatch batch = new MessageBatch(4, 128);
            assertThat(awaitFrames(receiver, batch)).isEqualTo(1);
            assertThat(batch.length(0)).isEqualTo(60);
            assertThat(batch.truncated(0)).isFalse();
            assertThat(batch.payload(0).get(14)).isEqualTo((byte) 7);
            assertThat(batch.sourceIfindex(0)).isEqualTo(receiver.ifindex());
            assertThat(batch.packetType(0)).isEqualTo(2);
        }
    }

    @Test
    void framesOfOneCallComeInOrderAndTheRestStaysForTheNext() throws Exception {
        try (PacketSocket sender = open(a);
                PacketSocket receiver = open(b)) {
            MessageBatch out = new MessageBatch(5, 64);
            for (int i = 0; i < 5; i++) {
                ByteBuffer slot = out.append(null);
                slot.put(frame("ff:ff:ff:ff:ff:ff", ETHERTYPE, i));
                out.commit();
            }
            assertThat(out.append(null)).isNull();
            assertThat(sender.send(out)).isZero();
            assertThat(out.count()).isZero();
            MessageBatch in = new MessageBatch(3, 64);
            assertThat(awaitFrames(receiver, in)).isEqualTo(3);
            assertThat(in.payload(0).get(14)).isZero();
            assertThat(in.payload(2).get(14)).isEqualTo((byte) 2);
            assertThat(awaitFrames(receiver, in)).isEqualTo(2);
            assertThat(in.payload(1).get(14)).isEqualTo((byte) 4);
        }
    }

    @Test
    void aFrameLongerThanTheSlotIsCutAndSaysSo() throws Exception {
        try (PacketSocket sender = open(a);
                PacketSocket receiver = open(b)) {
            sender.send(frame("ff:ff:ff:ff:ff:ff", ETHERTYPE, 1));
            MessageBatch batch = new MessageBatch(1, 20);
            assertThat(awaitFrames(receiver, batch)).isEqualTo(1);
            assertThat(batch.truncated(0)).isTrue();
            assertThat(batch.length(0)).isEqualTo(20);
        }
    }

    @Test
    void theFilterDropsOtherFramesAndTaggedOnes() throws Exception {
        ByteBuffer tagged = frame("ff:ff:ff:ff:ff:ff", 0x8100, 0);
        tagged.putShort(14, (short) 5).putShort(16, (short) ETHERTYPE);
        try (PacketSocket sender = open(a);
                PacketSocket receiver = open(b)) {
            assertThat(sender.send(tagged)).isZero();
            assertThat(sender.send(frame("ff:ff:ff:ff:ff:ff", 0x88b6, 2))).isZero();
            assertThat(sender.send(frame("ff:ff:ff:ff:ff:ff", ETHERTYPE, 3))).isZero();
            MessageBatch batch = new MessageBatch(4, 64);
            assertThat(awaitFrames(receiver, batch)).isEqualTo(1);
            assertThat(batch.payload(0).get(14)).isEqualTo((byte) 3);
        }
    }

    @Test
    void whatItSendsItDoesNotHear() throws Exception {
        try (PacketSocket sender = open(a);
                PacketSocket receiver = open(b);
                PacketSocket sameSide = open(a)) {
            sender.send(frame("ff:ff:ff:ff:ff:ff", ETHERTYPE, 1));
            MessageBatch batch = new MessageBatch(1, 64);
            assertThat(awaitFrames(receiver, batch)).isEqualTo(1);
            assertThat(sender.receive(batch)).isZero();
            assertThat(sameSide.receive(batch)).isZero();
        }
    }

    @Test
    void sendingOnAnInterfaceThatIsDownAnswersItsErrno() throws Exception {
        try (PacketSocket sender = open(a)) {
            net.run(a, "ip link set eth0 down");
            assertThat(sender.send(frame("ff:ff:ff:ff:ff:ff", ETHERTYPE, 1))).isEqualTo(Errno.ENETDOWN);
            assertThat(sender.receive(new MessageBatch(1, 64))).isEqualTo(-Errno.ENETDOWN);
            MessageBatch batch = new MessageBatch(2, 64);
            batch.append(null).put("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
            batch.commit();
            assertThat(sender.send(batch)).isEqualTo(Errno.ENETDOWN);
            assertThat(batch.failed()).isEqualTo(1);
            assertThat(batch.count()).isZero();
        }
    }

    @Test
    void aMissingInterfaceIsAClearError() {
        assertThatThrownBy(() -> PacketSocket.open(999_999, OURS))
                .isInstanceOf(ErrnoException.class)
                .hasMessage("bind packet socket: ENODEV (no such device)");
    }

    @Test
    void aClosedSocketIsNeverUsedAgain() throws Exception {
        PacketSocket socket = open(a);
        socket.close();
        socket.close();
        assertThatThrownBy(() -> socket.receive(new MessageBatch(1, 64))).isInstanceOf(IllegalStateException.class);
    }
}
