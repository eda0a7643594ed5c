// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.AdvertisementParser;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DigestVectorsTest {
    @TestFactory
    Stream<DynamicTest> everyComputedDigestIsReproducedInBothContexts() {
        return Vectors.computed().stream()
                .map(vector -> DynamicTest.dynamicTest(vector.getString("name"), () -> {
                    AddressSet addresses = addressesOf(vector);
                    JsonObject hmac = vector.getJsonObject("hmac");
                    assertThat(md(vector, addresses)).isEqualTo(md(hmac, "bsd"));
                    assertThat(md(vector, addresses.withoutLinkLocal())).isEqualTo(md(hmac, "nov6ll"));
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyComputedFrameIsAuthentic() {
        return Vectors.computed().stream()
                .flatMap(vector -> Stream.of("frame_ipv4", "frame_ipv6")
                        .filter(vector::containsKey)
                        .map(name -> DynamicTest.dynamicTest(vector.getString("name") + " " + name, () -> {
                            Verdict verdict = verify(vector, addressesOf(vector), vector.getString(name));
                            assertThat(verdict.accepted()).isTrue();
                        })));
    }

    @TestFactory
    Stream<DynamicTest> everyAdvertisementOfUcarpIsAuthentic() {
        return Vectors.ofUcarp().stream()
                .map(vector -> DynamicTest.dynamicTest(vector.getString("counter"), () -> {
                    AddressSet addresses = AddressSet.of(Vectors.addresses(vector.getJsonArray("ipv4")));
                    assertThat(verify(vector, addresses, vector.getString("frame"))
                                    .match())
                            .isEqualTo(new DigestMatch(DigestContext.ORIGINAL, false, false));
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyAdvertisementOfTheBsdsIsAuthentic() {
        return Vectors.ofBsds().stream()
                .map(capture -> DynamicTest.dynamicTest(capture.getString("source"), () -> {
                    AddressSet addresses = AddressSet.of(Vectors.addresses(capture.getJsonArray("addresses")));
                    for (JsonObject sent : Vectors.objects(capture.getJsonArray("advertisements"))) {
                        boolean custom = sent.getString("digestCovers").startsWith("custom");
                        MacAddress lladdr = custom ? MacAddress.parse(sent.getString("sourceMac")) : null;
                        CarpKey key = CarpKey.ofPassphrase(capture.getString("pass"));
                        var settings = new AuthSettings(capture.getInteger("vhid"), key, null, null, lladdr, false);
                        var authenticator =
                                new Authenticator(settings, addresses, SequenceMark.NONE, new VerificationBudget());
                        ReceivedAdvertisement received = parse(sent.getString("frame"));
                        Verdict verdict = authenticator.verify(
                                (CarpAdvertisement) received.advertisement(), Arrival.toGroup(received.source()), 0);
                        assertThat(verdict.accepted()).as(received.dump()).isTrue();
                        assertThat(received.family())
                                .isEqualTo(
                                        sent.getString("family").equals("ipv4")
                                                ? AddressFamily.IPV4
                                                : AddressFamily.IPV6);
                    }
                }));
    }

    @Test
    void noVectorIsLeftOut() {
        assertThat(Vectors.computed()).hasSize(18);
        assertThat(Vectors.ofUcarp()).hasSize(4);
        assertThat(Vectors.advertisementsOfBsds()).hasSize(52);
        assertThat(Vectors.ofBsds().stream().map(capture -> capture.getString("source")))
                .anyMatch(source -> source.startsWith("freebsd13"))
                .anyMatch(source -> source.startsWith("netbsd7"))
                .anyMatch(source -> source.startsWith("openbsd1372"));
    }

    @Test
    void theExampleInTheDocumentationIsAVector() throws IOException {
        String text = Files.readString(Path.of("..", "docs", "protocol.md"));
        String example = text.lines()
                .dropWhile(line -> !line.startsWith("    01005e000012 "))
                .limit(3)
                .collect(Collectors.joining());
        assertThat(example.replace(" ", "")).isEqualTo(Vectors.computed().get(0).getString("frame_ipv4"));
    }

    private static Verdict verify(JsonObject vector, AddressSet addresses, String frame) {
        String lladdr = vector.getString("lladdr");
        var settings = new AuthSettings(
                vector.getInteger("vhid"),
                keyOf(vector),
                null,
                null,
                lladdr == null ? null : MacAddress.parse(lladdr),
                false);
        return new Authenticator(settings, addresses, SequenceMark.NONE, new VerificationBudget())
                .verify(
                        (CarpAdvertisement) parse(frame).advertisement(),
                        Arrival.toGroup(parse(frame).source()),
                        0);
    }

    private static ReceivedAdvertisement parse(String frame) {
        return (ReceivedAdvertisement) AdvertisementParser.ofEverything().parse(ByteBuffer.wrap(Vectors.bytes(frame)));
    }

    private static String md(JsonObject hmac, String context) {
        return hmac.getJsonObject(context).getString("md");
    }

    private static String md(JsonObject vector, AddressSet covered) {
        String lladdr = vector.getString("lladdr");
        var hmac = new AdvertisementHmac(
                keyOf(vector), vector.getInteger("vhid"), covered, lladdr == null ? null : MacAddress.parse(lladdr));
        return hmac.digest(Long.parseUnsignedLong(vector.getString("counter").substring(2), 16))
                .toString();
    }

    private static CarpKey keyOf(JsonObject vector) {
        String name = vector.getString("name", "");
        return name.equals("pass-20-raw-field")
                ? CarpKey.ofRaw(Vectors.bytes(vector.getString("key_hex")))
                : CarpKey.ofPassphrase(vector.getString("passphrase"));
    }

    private static AddressSet addressesOf(JsonObject vector) {
        List<InetAddress> addresses = new ArrayList<>(Vectors.addresses(vector.getJsonArray("ipv6", new JsonArray())));
        addresses.addAll(Vectors.addresses(vector.getJsonArray("ipv4", new JsonArray())));
        return AddressSet.of(addresses);
    }
}
