// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.Vectors;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AdvertisementFrameTest {
    private static final Digest MD = Digest.of(new byte[Digest.LENGTH]);

    @TestFactory
    Stream<DynamicTest> everyComputedFrameIsBuiltByteForByte() {
        return Vectors.computed().stream()
                .flatMap(vector -> Stream.of("4", "6")
                        .filter(version -> vector.containsKey("frame_ipv" + version))
                        .map(version -> DynamicTest.dynamicTest(vector.getString("name") + " IPv" + version, () -> {
                            InetAddress source = Vectors.address(vector.getString("src" + version));
                            byte[] frame = AdvertisementFrame.build(
                                    Envelope.multicast(vector.getInteger("vhid"), source, 0), advertisement(vector));
                            assertThat(HexFormat.of().formatHex(frame))
                                    .isEqualTo(vector.getString("frame_ipv" + version));
                        })));
    }

    private static CarpAdvertisement advertisement(JsonObject vector) {
        String md = vector.getJsonObject("hmac")
                .getJsonObject(vector.getString("header_flavour"))
                .getString("md");
        return new CarpAdvertisement(
                vector.getInteger("vhid"),
                vector.getInteger("advskew"),
                vector.getInteger("advbase"),
                vector.getInteger("demote"),
                Long.parseUnsignedLong(vector.getString("counter").substring(2), 16),
                Digest.of(Vectors.bytes(md)));
    }

    @Test
    void aUnicastFrameCarriesItsOwnMacsTosAndIdentification() {
        var envelope = new Envelope(
                MacAddress.parse("02:00:00:00:00:01"),
                MacAddress.parse("02:00:00:00:00:02"),
                Vectors.address("192.0.2.1"),
                Vectors.address("192.0.2.2"),
                0xe0,
                0xbeef);
        byte[] frame = AdvertisementFrame.build(envelope, new CarpAdvertisement(1, 0, 1, 0, 0, MD));
        assertThat(HexFormat.of().formatHex(frame, 0, 34))
                .isEqualTo("020000000002020000000001" + "0800" + "45e00038beef4000ff70" + "3782" + "c0000201c0000202");
    }

    @Test
    void theFamiliesOfAnEnvelopeMustAgree() {
        assertThatThrownBy(() -> new Envelope(
                        VirtualMac.of(1),
                        MacAddress.BROADCAST,
                        Vectors.address("192.0.2.1"),
                        Envelope.GROUP_IPV6,
                        0,
                        0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void fieldsThatDoNotFitAByteAreRefused() {
        assertThatThrownBy(() -> new CarpAdvertisement(256, 0, 1, 0, 0, MD)).hasMessageContaining("vhid");
        assertThatThrownBy(() -> new CarpAdvertisement(1, -1, 1, 0, 0, MD)).hasMessageContaining("advskew");
        assertThatThrownBy(() -> new CarpAdvertisement(1, 0, 256, 0, 0, MD)).hasMessageContaining("advbase");
        assertThatThrownBy(() -> new CarpAdvertisement(1, 0, 1, 256, 0, MD)).hasMessageContaining("demote");
    }
}
