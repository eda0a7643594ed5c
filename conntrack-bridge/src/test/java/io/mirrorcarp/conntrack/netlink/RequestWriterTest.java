// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Requests, written from entries that a real kernel showed, attribute by attribute. */
class RequestWriterTest {
    private static final String ORIGINAL = " 1{ 1{ 1=0a000002 2=c0000202 } 2{ 1=06 2=e1ca 3=1e61 } }";

    private final RequestWriter requests = new RequestWriter();
    private final NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(4096));
    private final ConntrackEntry entry = new ConntrackEntry();

    @Test
    void aSnatFlowIsCreatedWithItsPlainReplyAndTheTranslationApart() {
        recorded("tcp-snat-2");
        assertThat(requests.create(writer, entry, 7)).isTrue();
        assertThat(written())
                .isEqualTo("100/601 family 2"
                        + ORIGINAL
                        // Not c0000201 and c2f7, which the kernel shows.
                        + " 2{ 1{ 1=c0000202 2=0a000002 } 2{ 1=06 2=1e61 3=e1ca } }"
                        + " 3=0000000e 7=00069780 8=11223344"
                        + " 4{ 1{ 1=03 2=0a 3=0a 4=0bff 5=0bff } }"
                        + " 6{ 1=c0000201 2=c0000201 3{ 1=c2f7 2=c2f7 } }"
                        // Names what stays as it is.
                        + " 13{ 1=c0000202 2=c0000202 3{ 1=1e61 2=1e61 } }");
    }

    @Test
    void aDnatFlowIsCreatedWithItsPlainReplyAndTheTranslationApart() {
        recorded("tcp-dnat-0");
        requests.create(writer, entry, 7);
        assertThat(written())
                .isEqualTo("100/601 family 2"
                        + " 1{ 1{ 1=c0000202 2=c0000201 } 2{ 1=06 2=8af8 3=1f90 } }"
                        + " 2{ 1{ 1=c0000201 2=c0000202 } 2{ 1=06 2=1f90 3=8af8 } }"
                        + " 3=00000008 7=00000078 8=00000000"
                        + " 4{ 1{ 1=01 2=0a 3=00 4=0bff 5=08ff } }"
                        + " 13{ 1=0a000002 2=0a000002 3{ 1=0050 2=0050 } }");
    }

    @Test
    void anIcmpEchoIsCreatedWithTheReplysTypeAndTheIdentifierAsPort() {
        recorded("icmp-snat-1");
        requests.create(writer, entry, 7);
        assertThat(written())
                .isEqualTo("100/601 family 2"
                        + " 1{ 1{ 1=0a000002 2=c0000202 } 2{ 1=01 4=2adb 5=08 6=00 } }"
                        + " 2{ 1{ 1=c0000202 2=0a000002 } 2{ 1=01 4=2adb 5=00 6=00 } }"
                        + " 3=0000000a 7=0000001e 8=00000000"
                        + " 6{ 1=c0000201 2=c0000201 3{ 1=2adb 2=2adb } }");
    }

    @Test
    void anIpv6FlowIsCreatedWithIpv6Attributes() {
        recorded("icmpv6-snat-0");
        requests.create(writer, entry, 7);
        String client = "fd000001000000000000000000000002";
        String server = "fd000002000000000000000000000002";
        String outside = "fd000002000000000000000000000001";
        assertThat(written())
                .isEqualTo("100/601 family 10"
                        + " 1{ 1{ 3=" + client + " 4=" + server + " } 2{ 1=3a 7=2add 8=80 9=00 } }"
                        + " 2{ 1{ 3=" + server + " 4=" + client + " } 2{ 1=3a 7=2add 8=81 9=00 } }"
                        + " 3=00000008 7=0000001e 8=00000000"
                        + " 6{ 4=" + outside + " 5=" + outside + " 3{ 1=2add 2=2add } }");
    }

    @Test
    void sctpHasItsThreeFields() {
        recorded("sctp-0");
        entry.sctpTagOriginal = 0x12345678;
        entry.sctpTagReply = 0x9abcdef0;
        requests.create(writer, entry, 7);
        assertThat(written()).contains(" 4{ 3{ 1=04 2=12345678 3=9abcdef0 } }");
    }

    @Test
    void greHasNoPortsToTranslate() {
        recorded("gre-zone-0");
        entry.status |= ConntrackStatus.SOURCE_NAT;
        entry.reply.destinationLow = 0xc0000201L;
        requests.create(writer, entry, 7);
        assertThat(written())
                .contains(" 18=0009")
                .contains(" 6{ 1=c0000201 2=c0000201 }")
                .doesNotContain(" 13{");
    }

    @Test
    void anUpdateHasNeitherNatNorReply() {
        recorded("tcp-snat-2");
        entry.tcpFlagsOriginal = 0xff;
        entry.tcpFlagsReply = 0x20;
        assertThat(requests.update(writer, entry, 7, true)).isTrue();
        assertThat(written())
                .isEqualTo("100/1 family 2" + ORIGINAL + " 7=00069780 3=0000000e 8=11223344"
                        + " 4{ 1{ 1=03 2=0a 3=0a 4=0fff 5=08ff } }");
    }

    @Test
    void loosenChangesNothingButFlags() {
        recorded("tcp-snat-2");
        entry.tcpFlagsOriginal = 0x33;
        entry.tcpFlagsReply = 0x3b;
        assertThat(requests.loosen(writer, entry, 7)).isTrue();
        assertThat(written()).isEqualTo("100/1 family 2" + ORIGINAL + " 4{ 1{ 4=88b8 5=88b8 } }");
        entry.tcpFlagsOriginal = 0x2b;
        entry.tcpFlagsReply = 0x2b;
        requests.loosen(writer, entry, 7);
        assertThat(written()).as("a copy's").isEqualTo("100/1 family 2" + ORIGINAL + " 4{ 1{ 4=0838 5=0838 } }");
    }

    @Test
    void anUpdateSaysNothingOfAStatusThatAddsNoBit() {
        recorded("tcp-snat-0");
        requests.update(writer, entry, 7, true);
        assertThat(written()).doesNotContain(" 3=0000");
        recorded("tcp-snat-2");
        requests.update(writer, entry, 7, false);
        assertThat(written()).doesNotContain(" 3=0000");
    }

    @Test
    void aTcpFlowOfUnknownStateIsCreatedWithTheStateThatItsStatusTells() {
        recorded("tcp-snat-2");
        entry.hasProtocolState = false;
        requests.create(writer, entry, 7);
        assertThat(written()).contains(" 4{ 1{ 1=0" + TcpConntrack.ESTABLISHED);
        entry.status = ConntrackStatus.SEEN_REPLY;
        requests.create(writer, entry, 7);
        assertThat(written()).contains(" 4{ 1{ 1=0" + TcpConntrack.SYN_RECV);
        entry.status = 0;
        requests.create(writer, entry, 7);
        assertThat(written()).contains(" 4{ 1{ 1=0" + TcpConntrack.SYN_SENT);
    }

    @Test
    void anUpdateOfUnknownStateLeavesTheStateAlone() {
        recorded("tcp-snat-2");
        entry.hasProtocolState = false;
        requests.update(writer, entry, 7, true);
        assertThat(written()).doesNotContain(" 4{");
    }

    @Test
    void aDeleteAlwaysNamesItsFlow() {
        recorded("tcp-snat-2");
        entry.zone = 0x1234;
        requests.delete(writer, entry, 7);
        assertThat(written()).isEqualTo("102/1 family 2" + ORIGINAL + " 18=1234");
    }

    @Test
    void aTimeoutIsAtLeastOneSecondAndFitsTheKernel() {
        recorded("tcp-snat-2");
        entry.timeoutSeconds = 0;
        requests.update(writer, entry, 7, true);
        assertThat(written()).contains(" 7=00000001");
        entry.timeoutSeconds = Long.MAX_VALUE;
        requests.update(writer, entry, 7, true);
        assertThat(written()).contains(" 7=7fffffff");
    }

    @Test
    void anIcmpTypeWithoutAReplyCannotBeCreated() {
        recorded("icmp-snat-0");
        entry.original.destinationPort = 3 << 8;
        assertThatThrownBy(() -> requests.create(writer, entry, 7)).isInstanceOf(IllegalArgumentException.class);
        assertThat(writer.messages()).isZero();
    }

    @Test
    void aRequestThatDoesNotFitLeavesNoTrace() {
        recorded("tcp6-snat-0");
        for (int room = 0; room < 300; room++) {
            NetlinkWriter small = new NetlinkWriter(ByteBuffer.allocateDirect(room));
            boolean fits = requests.create(small, entry, 7);
            assertThat(small.messages()).isEqualTo(fits ? 1 : 0);
            assertThat(small.length() > 0).isEqualTo(fits);
        }
    }

    @Test
    void theIdentifierHasNothingToDoWithProtocolsThatHavePorts() {
        recorded("udp-snat-0");
        assertThat(entry.original.protocol).isEqualTo(IpProtocol.UDP);
        assertThat(entry.sourceNatPort()).isEqualTo(entry.reply.destinationPort);
    }

    private void recorded(String name) {
        NetlinkReader reader = new NetlinkReader().reset(RecordedMessages.message(name));
        assertThat(reader.next()).isTrue();
        assertThat(EntryReader.read(reader, entry)).isTrue();
    }

    private String written() {
        String text = AttributeText.of(writer.flip());
        writer.clear();
        return text;
    }
}
