// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.FlowTuple;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketTupleTest {
    private final FlowTuple tuple = new FlowTuple();

    private boolean read(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        return PacketTuple.read(ByteBuffer.wrap(bytes), 0, bytes.length, tuple);
    }

    @Test
    void theAnswerOfATcpServerHasItsAddressesAndPorts() {
        assertThat(
                        read(
                                "4500 0028 0000 4000 4006 0000 0a000001 c0a80102 01bb c001 00000001 00000002 50120000 00000000"))
                .isTrue();
        assertThat(tuple.protocol).isEqualTo(6);
        assertThat(tuple.sourceLow).isEqualTo(0x0a000001L);
        assertThat(tuple.destinationLow).isEqualTo(0xc0a80102L);
        assertThat(tuple.sourcePort).isEqualTo(443);
        assertThat(tuple.destinationPort).isEqualTo(0xc001);
    }

    @Test
    void optionsAndExtensionHeadersArePassedOver() {
        assertThat(read("4600 0024 0000 0000 4011 0000 0a000001 c0a80102 01010100 0035 c001 0008 0000"))
                .isTrue();
        assertThat(tuple.sourcePort).isEqualTo(53);
        assertThat(read("60000000 0010 00 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
                        + "11 00 010400000000 0035 c001 0008 0000"))
                .isTrue();
        assertThat(tuple.protocol).isEqualTo(17);
        assertThat(tuple.sourceHigh).isEqualTo(0x20010db800000000L);
        assertThat(tuple.destinationLow).isEqualTo(2);
        assertThat(tuple.sourcePort).isEqualTo(53);
    }

    @Test
    void ofPingsTheAnswerIsReadAndTheQuestionIsNot() {
        assertThat(read("4500 001c 0000 0000 4001 0000 0a000001 c0a80102 0000 0000 1234 0001"))
                .isTrue();
        assertThat(tuple.sourcePort).isEqualTo(0x1234);
        assertThat(tuple.destinationPort).isZero();
        assertThat(read("4500 001c 0000 0000 4001 0000 0a000001 c0a80102 0800 0000 1234 0001"))
                .isFalse();
        assertThat(read("60000000 0008 3a 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
                        + "8100 0000 1234 0001"))
                .isTrue();
        assertThat(tuple.destinationPort).isEqualTo(129 << 8);
    }

    @Test
    void fragmentsAndOtherProtocolsHaveNone() {
        assertThat(
                        read(
                                "4500 0028 0000 2000 4006 0000 0a000001 c0a80102 01bb c001 00000001 00000002 50120000 00000000"))
                .isFalse();
        assertThat(read("4500 001c 0000 0000 4070 0000 0a000001 c0a80102 0000 0000 1234 0001"))
                .isFalse();
    }

    @Test
    void noBytesDoHarm() {
        Random random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            if (bytes.length > 6) {
                bytes[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
                bytes[6] = random.nextBoolean() ? 0 : bytes[6];
            }
            PacketTuple.read(ByteBuffer.wrap(bytes), 0, bytes.length, tuple);
        }
        assertThat(PacketTuple.read(ByteBuffer.wrap(new byte[0]), 0, 0, tuple)).isFalse();
    }
}
