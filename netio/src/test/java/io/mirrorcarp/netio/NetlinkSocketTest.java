// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One namespace, whose loopback interface the tests change through rtnetlink. */
class NetlinkSocketTest {

    private static final int NEWLINK = 16;
    private static final int GETLINK = 18;
    private static final int LINK_GROUP = 1;
    private static final int ADDRESS_GROUP = 5;

    private final NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(4096));
    private final NetlinkReader reader = new NetlinkReader();
    private TestNetwork net;
    private String a;

    @BeforeEach
    void topology() {
        net = TestNetwork.create();
        a = net.namespace("a");
    }

    @AfterEach
    void remove() {
        if (net != null) {
            net.close();
        }
    }

    private NetlinkSocket open() throws Exception {
        return NetworkNamespace.within(a, () -> NetlinkSocket.open(Netlink.PROTOCOL_ROUTE));
    }

    /** Sets the MTU of the loopback interface, of which the link group tells. */
    private void setMtu(NetlinkSocket socket, int mtu) {
        writer.clear()
                .beginMessage(NEWLINK, Netlink.REQUEST, 0)
                .headerI32(0)
                .headerI32(1)
                .headerI32(0)
                .headerI32(0)
                .i32(4, mtu);
        assertThat(writer.endMessage()).isTrue();
        assertThat(socket.send(writer.flip())).isZero();
    }

    /** Adds an address to the loopback interface; its event has the port id of the socket. */
    private void addAddress(NetlinkSocket socket, int address) {
        writer.clear()
                .beginMessage(20, Netlink.REQUEST | Netlink.CREATE, 0)
                .headerU8(2)
                .headerU8(32)
                .headerU16(0)
                .headerI32(1)
                .be32(2, address);
        assertThat(writer.endMessage()).isTrue();
        assertThat(socket.send(writer.flip())).isZero();
    }

    private int firstMtu(ByteBuffer datagram) {
        reader.reset(datagram);
        assertThat(reader.next()).isTrue();
        assertThat(reader.attributes(16)).isTrue();
        while (reader.nextAttribute()) {
            if (reader.attributeType() == 4) {
                return reader.i32();
            }
        }
        return -1;
    }

    @Test
    void eachSocketHasItsOwnPortId() throws Exception {
        try (NetlinkSocket first = open();
                NetlinkSocket second = open()) {
            assertThat(first.portId()).isNotZero();
            assertThat(second.portId()).isNotZero().isNotEqualTo(first.portId());
        }
    }

    /** The sender's port id is at offset 12. */
    private static BpfProgram dropEchoesOf(NetlinkSocket socket) {
        return new BpfProgram.Builder()
                .loadWord(12)
                .jumpEqual(BpfProgram.hostWord(socket.portId()), 0, 1)
                .drop()
                .accept()
                .build();
    }

    @Test
    void theFilterDropsTheEchoesOfOneSocketAndKeepsTheOthers() throws Exception {
        try (NetlinkSocket own = open();
                NetlinkSocket other = open();
                NetlinkSocket events = open()) {
            events.setFilter(dropEchoesOf(own));
            events.join(ADDRESS_GROUP);
            addAddress(own, 0x7f000101);
            addAddress(other, 0x7f000102);
            addAddress(own, 0x7f000103);
            MessageBatch batch = new MessageBatch(8, 8192);
            assertThat(events.awaitReadable(5_000)).isTrue();
            assertThat(events.receive(batch)).isEqualTo(1);
            reader.reset(batch.payload(0));
            assertThat(reader.next()).isTrue();
            assertThat(reader.portId()).isEqualTo(other.portId());
            assertThat(batch.sourcePortId(0)).isZero();
        }
    }

    @Test
    void anOverrunIsToldOnceAndWhatIsQueuedCanStillBeRead() throws Exception {
        try (NetlinkSocket changes = open();
                NetlinkSocket events = open()) {
            events.setReceiveBuffer(1);
            events.join(LINK_GROUP);
            for (int i = 0; i < 50; i++) {
                setMtu(changes, 2000 + i);
            }
            MessageBatch batch = new MessageBatch(64, 8192);
            assertThat(events.receive(batch)).isEqualTo(-Errno.ENOBUFS);
            assertThat(batch.count()).isZero();
            assertThat(events.receive(batch)).isBetween(1, 49);
            assertThat(firstMtu(batch.payload(0))).isEqualTo(2000);
            assertThat(events.receive(batch)).isZero();
        }
    }

    @Test
    void noEnobufsHidesTheOverrun() throws Exception {
        try (NetlinkSocket changes = open();
                NetlinkSocket events = open()) {
            events.setReceiveBuffer(1);
            events.setNoEnobufs(true);
            events.setBroadcastError(true);
            events.join(LINK_GROUP);
            for (int i = 0; i < 50; i++) {
                setMtu(changes, 2000 + i);
            }
            assertThat(events.receive(new MessageBatch(64, 8192))).isPositive();
        }
    }

    @Test
    void aSendLargerThanTheSendBufferAnswersItsErrno() throws Exception {
        try (NetlinkSocket socket = open()) {
            socket.setSendBuffer(4608);
            assertThat(socket.send(ByteBuffer.allocateDirect(100_000))).isEqualTo(Errno.EMSGSIZE);
        }
    }

    @Test
    void anExchangeGivesTheErrnoAndTheKernelsSentence() throws Exception {
        try (NetlinkExchange exchange =
                NetworkNamespace.within(a, () -> NetlinkExchange.open(Netlink.PROTOCOL_ROUTE))) {
            exchange.begin(NEWLINK, 0)
                    .headerI32(0)
                    .headerI32(1)
                    .headerI32(0)
                    .headerI32(0)
                    .i32(4, -5);
            assertThat(exchange.request("set mtu", ignored -> {})).isEqualTo(Errno.EINVAL);
            assertThat(exchange.kernelMessage()).containsIgnoringCase("mtu");
            exchange.begin(GETLINK, 0).headerI32(0).headerI32(1).headerI32(0).headerI32(0);
            List<Integer> types = new ArrayList<>();
            assertThat(exchange.request("get", message -> types.add(message.type())))
                    .isZero();
            assertThat(types).containsExactly(NEWLINK);
            assertThat(exchange.kernelMessage()).isEmpty();
        }
    }

    @Test
    void ofSeveralMessagesTheFirstErrorIsTheAnswerAndTheRestIsDone() throws Exception {
        try (NetlinkExchange exchange =
                NetworkNamespace.within(a, () -> NetlinkExchange.open(Netlink.PROTOCOL_ROUTE))) {
            exchange.begin(NEWLINK, 0).headerI32(0).headerI32(99).headerI32(0).headerI32(0);
            exchange.then(NEWLINK, 0)
                    .headerI32(0)
                    .headerI32(1)
                    .headerI32(0)
                    .headerI32(0)
                    .i32(4, 1234);
            assertThat(exchange.request("two", ignored -> {})).isEqualTo(Errno.ENODEV);
            assertThat(net.run(a, "ip link show lo")).contains("mtu 1234");
        }
    }

    @Test
    void aRequestThatIsTooLargeIsRefusedBeforeItIsSent() throws Exception {
        try (NetlinkExchange exchange = NetlinkExchange.open(Netlink.PROTOCOL_ROUTE)) {
            exchange.begin(NEWLINK, 0)
                    .bytes(1, new byte[60_000])
                    .bytes(1, new byte[60_000])
                    .bytes(1, new byte[60_000]);
            assertThatThrownBy(() -> exchange.request("large", ignored -> {}))
                    .isInstanceOf(ErrnoException.class)
                    .hasMessageContaining("EMSGSIZE");
        }
    }
}
