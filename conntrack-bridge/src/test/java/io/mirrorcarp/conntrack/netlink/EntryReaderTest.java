// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.mirrorcarp.conntrack.entry.Attachment;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.conntrack.entry.SctpConntrack;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.pfsync.message.FlowTuple;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The messages of a real kernel are read field by field, and no broken one gets through or throws. */
class EntryReaderTest {
    private final NetlinkReader reader = new NetlinkReader();
    private final ConntrackEntry entry = new ConntrackEntry();

    static Iterable<String> names() {
        return RecordedMessages.names().stream()
                .filter(name -> !name.startsWith("dump"))
                .toList();
    }

    @Test
    void anInsertOfTcpWithSnatIsReadWhole() {
        read("tcp-snat-0");
        assertThat(Ctnetlink.isInsert(reader)).isTrue();
        assertThat(entry.original.family).isEqualTo(FlowTuple.FAMILY_IPV4);
        assertThat(entry.original.sourceLow).isEqualTo(0x0a000002L);
        assertThat(entry.original.destinationLow).isEqualTo(0xc0000202L);
        assertThat(entry.original.protocol).isEqualTo(IpProtocol.TCP);
        assertThat(entry.original.sourcePort).isEqualTo(0xe1ca);
        assertThat(entry.original.destinationPort).isEqualTo(7777);
        assertThat(entry.reply.sourceLow).isEqualTo(0xc0000202L);
        assertThat(entry.reply.destinationLow).isEqualTo(0xc0000201L);
        assertThat(entry.reply.sourcePort).isEqualTo(7777);
        assertThat(entry.reply.destinationPort).isEqualTo(0xc2f7);
        assertThat(entry.status)
                .isEqualTo(ConntrackStatus.CONFIRMED
                        | ConntrackStatus.SOURCE_NAT
                        | ConntrackStatus.SOURCE_NAT_DONE
                        | ConntrackStatus.DESTINATION_NAT_DONE);
        assertThat(entry.hasTimeout).isTrue();
        assertThat(entry.timeoutSeconds).isEqualTo(120);
        assertThat(entry.hasMark).isTrue();
        assertThat(entry.mark).isEqualTo(0x11223344);
        assertThat(entry.hasProtocolState).isTrue();
        assertThat(entry.protocolState).isEqualTo(TcpConntrack.SYN_SENT);
        assertThat(entry.tcpScaleOriginal).isEqualTo(10);
        assertThat(entry.tcpScaleReply).isZero();
        assertThat(entry.tcpFlagsOriginal).isEqualTo(0x03);
        assertThat(entry.tcpFlagsReply).isZero();
        assertThat(entry.id).isEqualTo(0x1a6082b1);
        assertThat(entry.zone).isZero();
    }

    @Test
    void anUpdateToEstablishedIsReadWhole() {
        read("tcp-snat-2");
        assertThat(Ctnetlink.isInsert(reader)).isFalse();
        assertThat(entry.status & ConntrackStatus.SETTABLE).isEqualTo(ConntrackStatus.SETTABLE);
        assertThat(entry.protocolState).isEqualTo(TcpConntrack.ESTABLISHED);
        assertThat(entry.timeoutSeconds).isEqualTo(432_000);
        assertThat(entry.tcpScaleReply).isEqualTo(10);
        assertThat(entry.tcpFlagsOriginal).isEqualTo(0x23);
        assertThat(entry.tcpFlagsReply).isEqualTo(0x23);
    }

    @Test
    void anIcmpEchoHasItsIdentifierTypeAndCode() {
        read("icmp-snat-0");
        assertThat(entry.original.protocol).isEqualTo(IpProtocol.ICMP);
        assertThat(entry.original.sourcePort).isEqualTo(0x2adb);
        assertThat(entry.original.destinationPort).isEqualTo(8 << 8);
        assertThat(entry.reply.sourcePort).isEqualTo(0x2adb);
        assertThat(entry.reply.destinationPort).isZero();
        assertThat(entry.sourceNatPort()).isEqualTo(0x2adb);
    }

    @Test
    void anIpv6EntryHasBothHalvesOfItsAddresses() {
        read("icmpv6-snat-1");
        assertThat(entry.original.family).isEqualTo(FlowTuple.FAMILY_IPV6);
        assertThat(entry.original.sourceHigh).isEqualTo(0xfd00_0001_0000_0000L);
        assertThat(entry.original.sourceLow).isEqualTo(2);
        assertThat(entry.original.destinationHigh).isEqualTo(0xfd00_0002_0000_0000L);
        assertThat(entry.original.destinationLow).isEqualTo(2);
        assertThat(entry.original.destinationPort).isEqualTo(128 << 8);
        assertThat(entry.reply.destinationHigh).isEqualTo(0xfd00_0002_0000_0000L);
        assertThat(entry.reply.destinationLow).isEqualTo(1);
        assertThat(entry.reply.destinationPort).isEqualTo(129 << 8);
    }

    @Test
    void aZoneIsReadAndAZoneOfOneDirectionIsTold() {
        read("gre-zone-0");
        assertThat(entry.original.protocol).isEqualTo(IpProtocol.GRE);
        assertThat(entry.zone).isEqualTo(9);
        assertThat(entry.attachment.length).isZero();
        read("tcp-direction-zone-0");
        assertThat(entry.attachment.has(Attachment.ORIGINAL_ZONE) || entry.attachment.has(Attachment.REPLY_ZONE))
                .isTrue();
    }

    @Test
    void sctpAndHelperAreSeen() {
        read("sctp-0");
        assertThat(entry.hasProtocolState).isTrue();
        assertThat(entry.protocolState).isEqualTo(SctpConntrack.ESTABLISHED);
        assertThat(entry.attachment.has(Attachment.HELPER)).isFalse();
        read("tcp-ftp-helper-0");
        int helper = entry.attachment.find(Attachment.HELPER);
        assertThat(entry.attachment.is(helper, "ftp")).isTrue();
        assertThat(entry.attachment.is(helper, "tftp")).isFalse();
    }

    @Test
    void onlyAKilledEntryHasATimeoutWhenItIsDestroyed() {
        read("killed-0");
        assertThat(reader.type()).isEqualTo(Ctnetlink.TYPE_DELETE);
        assertThat(entry.hasTimeout).isTrue();
        read("esp-expired-1");
        assertThat(reader.type()).isEqualTo(Ctnetlink.TYPE_DELETE);
        assertThat(entry.hasTimeout).isFalse();
    }

    @Test
    void aDumpHasEveryEntry() {
        reader.reset(RecordedMessages.message("dump-0"));
        int entries = 0;
        while (reader.next()) {
            assertThat(reader.type()).isEqualTo(Ctnetlink.TYPE_NEW);
            assertThat(EntryReader.read(reader, entry)).isTrue();
            entries++;
        }
        assertThat(entries).isEqualTo(11);
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatIsCutOffAnywhereIsNoMessage(String name) {
        ByteBuffer message = RecordedMessages.message(name);
        for (int length = 0; length < message.capacity(); length++) {
            reader.reset(message.duplicate().limit(length));
            assertThat(reader.next()).as("%s cut at %d", name, length).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aMessageThatEndsWithinItsTuplesIsRefused(String name) {
        ByteBuffer message = RecordedMessages.message(name).order(ByteOrder.nativeOrder());
        int tuples = endOfTuples(message);
        for (int length = 16; length < message.capacity(); length++) {
            ByteBuffer cut = message.duplicate().limit(length);
            message.putInt(0, length);
            reader.reset(cut);
            assertThat(reader.next()).isTrue();
            boolean read = EntryReader.read(reader, entry);
            if (length < tuples) {
                assertThat(read).as("%s of %d bytes", name, length).isFalse();
            }
        }
    }

    private static int endOfTuples(ByteBuffer message) {
        int original = 20 + message.getShort(20);
        return original + message.getShort(original);
    }

    @Test
    void damagedMessagesNeverThrow() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            ByteBuffer message = RecordedMessages.message(RecordedMessages.names()
                    .get(random.nextInt(RecordedMessages.names().size())));
            int damages = 1 + random.nextInt(8);
            for (int i = 0; i < damages; i++) {
                message.put(4 + random.nextInt(message.capacity() - 4), (byte) random.nextInt());
            }
            readAll(message, seed);
        }
    }

    @Test
    void randomBytesNeverThrow() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[20 + random.nextInt(300)];
            random.nextBytes(bytes);
            ByteBuffer message = RecordedMessages.direct(bytes).order(ByteOrder.nativeOrder());
            message.putInt(0, bytes.length);
            readAll(message, seed);
        }
    }

    private void readAll(ByteBuffer message, long seed) {
        try {
            reader.reset(message);
            while (reader.next()) {
                if (EntryReader.read(reader, entry)) {
                    assertThat(entry.original.family).isIn(FlowTuple.FAMILY_IPV4, FlowTuple.FAMILY_IPV6);
                    assertThat(entry.original.sourcePort).isBetween(0, 0xffff);
                }
            }
        } catch (RuntimeException e) {
            fail("seed " + seed, e);
        }
    }

    private void read(String name) {
        reader.reset(RecordedMessages.message(name));
        assertThat(reader.next()).isTrue();
        assertThat(EntryReader.read(reader, entry)).isTrue();
    }
}
