// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.Vectors;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class AnnouncementFramesTest {
    private static final MacAddress MAC = VirtualMac.of(42);
    private static final Inet4Address ADDRESS = (Inet4Address) Vectors.address("10.88.0.100");

    @Test
    void aGratuitousArpRequestTellsEverybody() {
        assertThat(hex(GratuitousArp.request(MAC, ADDRESS)))
                .isEqualTo("ffffffffffff" + "00005e00012a" + "0806" + "0001080006040001" + "00005e00012a" + "0a580064"
                        + "000000000000" + "0a580064");
    }

    @Test
    void aGratuitousArpReplyTellsEverybody() {
        assertThat(hex(GratuitousArp.reply(MAC, ADDRESS)))
                .isEqualTo("ffffffffffff" + "00005e00012a" + "0806" + "0001080006040002" + "00005e00012a" + "0a580064"
                        + "00005e00012a" + "0a580064");
    }

    @Test
    void aNeighbourAdvertisementTellsAllNodesAndOverrides() {
        Inet6Address address = (Inet6Address) Vectors.address("2001:db8::1");
        String header = "333300000001" + "00005e00012a" + "86dd" + "6000000000203aff"
                + "20010db8000000000000000000000001" + "ff020000000000000000000000000001";
        String rest = "20010db8000000000000000000000001" + "0201" + "00005e00012a";
        assertThat(hex(UnsolicitedNeighbourAdvertisement.frame(MAC, address, false)))
                .isEqualTo(header + "8800" + "9c01" + "20000000" + rest);
        assertThat(hex(UnsolicitedNeighbourAdvertisement.frame(MAC, address, true)))
                .isEqualTo(header + "8800" + "1c01" + "a0000000" + rest);
    }

    @Test
    void aProbeClaimsNothing() {
        byte[] frame = LinkProbe.frame(MacAddress.parse("02:00:00:00:00:01"));
        assertThat(frame).hasSize(60);
        assertThat(hex(frame)).startsWith("020000000001" + "020000000001" + "88b5" + "0000");
    }

    @Test
    void anArpRequestIsReadAndAnswered() {
        byte[] question = Vectors.bytes("ffffffffffff" + "020000000009" + "0806" + "0001080006040001" + "020000000009"
                + "0a580007" + "000000000000" + "0a580064");
        ArpRequest request = ArpRequest.parse(ByteBuffer.wrap(question));
        assertThat(request)
                .isEqualTo(new ArpRequest(
                        MacAddress.parse("02:00:00:00:00:09"), (Inet4Address) Vectors.address("10.88.0.7"), ADDRESS));
        assertThat(hex(request.reply(MAC)))
                .isEqualTo("020000000009" + "00005e00012a" + "0806" + "0001080006040002" + "00005e00012a" + "0a580064"
                        + "020000000009" + "0a580007");
        for (int length = 0; length < question.length; length++) {
            assertThat(ArpRequest.parse(ByteBuffer.wrap(question, 0, length))).isNull();
        }
        for (int index = 12; index < 22; index++) {
            byte[] other = question.clone();
            other[index]++;
            assertThat(ArpRequest.parse(ByteBuffer.wrap(other))).isNull();
        }
    }

    private static String hex(byte[] frame) {
        return HexFormat.of().formatHex(frame);
    }
}
