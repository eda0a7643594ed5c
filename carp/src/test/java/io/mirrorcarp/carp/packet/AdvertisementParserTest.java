// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.counter.CounterSet;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AdvertisementParserTest {
    private static final int IPV4 = 14;
    private static final int TTL = IPV4 + 8;
    private static final int CARP = IPV4 + 20;

    private final CarpAdvertisement sent =
            new CarpAdvertisement(7, 100, 1, 3, 0x8000_0000_0000_0001L, Digest.of(new byte[] {
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, -1
            }));
    private final byte[] ipv4 = frame("192.0.2.11");
    private final byte[] ipv6 = frame("fe80::1");
    private final AdvertisementParser parser = new AdvertisementParser(family -> true, vhid -> vhid == 7, false);

    private byte[] frame(String source) {
        return AdvertisementFrame.build(Envelope.multicast(7, Vectors.address(source), 99), sent);
    }

    @Test
    void whatWasBuiltIsParsed() {
        for (byte[] frame : new byte[][] {ipv4, ipv6}) {
            var received = (ReceivedAdvertisement) parser.parse(ByteBuffer.wrap(frame));
            assertThat(received.advertisement()).isEqualTo(sent);
            assertThat(received.sourceMac()).isEqualTo(VirtualMac.of(7));
            assertThat(received.ttl()).isEqualTo(255);
        }
    }

    @Test
    void everyAdvertisementOfTheBsdsIsParsedToItsFields() {
        assertThat(Vectors.advertisementsOfBsds()).allSatisfy(captured -> {
            var received = (ReceivedAdvertisement) parseAll(Vectors.bytes(captured.getString("frame")));
            CarpAdvertisement said = (CarpAdvertisement) received.advertisement();
            assertThat(said.advskew()).isEqualTo(captured.getInteger("advskew"));
            assertThat(said.advbase()).isEqualTo(captured.getInteger("advbase"));
            assertThat(said.demote()).isEqualTo(captured.getInteger("demoteByte"));
            assertThat(HexFormat.of().toHexDigits(said.counter())).isEqualTo(captured.getString("counter"));
            assertThat(received.sourceMac()).hasToString(captured.getString("sourceMac"));
        });
    }

    @Test
    void theBufferIsReadFromItsPositionInAnyOrderAndLeftAsItWas() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(200).order(ByteOrder.LITTLE_ENDIAN);
        buffer.position(50).put(ipv4).limit(50 + ipv4.length).position(50);
        assertThat(parser.parse(buffer)).isInstanceOf(ReceivedAdvertisement.class);
        assertThat(buffer.position()).isEqualTo(50);
        assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void whatNoBsdChecksIsNotChecked() {
        assertAccepted(with(ipv4, frame -> frame[IPV4 + 1] = (byte) 0xe0));
        assertAccepted(withCarp(frame -> frame[CARP] = 0x2f));
        assertAccepted(withCarp(frame -> frame[CARP + 3] = 99));
        assertAccepted(withCarp(frame -> frame[CARP + 4] = (byte) 255));
        assertAccepted(with(ipv4, frame -> Arrays.fill(frame, 6, 12, (byte) 3)));
        assertAccepted(with(ipv4, frame -> Arrays.fill(frame, IPV4 + 12, IPV4 + 16, (byte) 0)));
    }

    @Test
    void bytesAfterTheHeaderAreAccepted() {
        assertAccepted(Arrays.copyOf(ipv4, ipv4.length + 20));
        byte[] longer = Arrays.copyOf(ipv4, ipv4.length + 10);
        longer[IPV4 + 3] = 66;
        longer[longer.length - 1] = 1;
        assertAccepted(sumIpv4(longer));
        byte[] longer6 = Arrays.copyOf(ipv6, ipv6.length + 10);
        longer6[IPV4 + 5] = 46;
        assertAccepted(longer6);
    }

    @Test
    void ipv4OptionsAreAccepted() {
        ByteBuffer frame = ByteBuffer.allocate(ipv4.length + 8);
        frame.put(ipv4, 0, CARP).put(new byte[] {1, 1, 1, 1, 1, 1, 1, 0}).put(ipv4, CARP, 36);
        frame.put(IPV4, (byte) 0x47).put(IPV4 + 3, (byte) 64);
        assertAccepted(sumIpv4(frame.array()));
    }

    @Test
    void eachFaultHasItsReasonAndCounter() {
        assertRejected(Rejection.BAD_TTL, with(ipv4, frame -> frame[TTL] = (byte) 254));
        assertRejected(Rejection.BAD_TTL, with(ipv6, frame -> frame[IPV4 + 7] = (byte) 254));
        assertRejected(Rejection.SHORT_HEADER, Arrays.copyOf(ipv4, ipv4.length - 1));
        assertRejected(Rejection.SHORT_HEADER, Arrays.copyOf(ipv6, ipv6.length - 1));
        assertRejected(Rejection.SHORT_HEADER, with(ipv4, frame -> frame[IPV4] = 0x44));
        assertRejected(Rejection.SHORT_HEADER, with(ipv4, frame -> frame[IPV4] = 0x65));
        assertRejected(Rejection.SHORT_HEADER, with(ipv4, frame -> frame[IPV4] = 0x4f));
        assertRejected(Rejection.SHORT_HEADER, with(ipv6, frame -> frame[IPV4] = 0x50));
        assertRejected(Rejection.SHORT_HEADER, with(ipv4, frame -> frame[IPV4 + 6] = 0x20));
        assertRejected(Rejection.SHORT_HEADER, with(ipv4, frame -> frame[IPV4 + 7] = 1));
        assertRejected(Rejection.BAD_LENGTH, with(ipv4, frame -> frame[IPV4 + 3] = 55));
        assertRejected(Rejection.BAD_LENGTH, with(ipv4, frame -> frame[IPV4 + 3] = 20));
        assertRejected(Rejection.BAD_LENGTH, with(ipv6, frame -> frame[IPV4 + 5] = 35));
        assertRejected(Rejection.BAD_SUM, bytes -> bytes[CARP + 2]++);
        assertRejected(Rejection.BAD_SUM, bytes -> bytes[IPV4 + 10]++);
        assertRejected(Rejection.BAD_VHID, withCarp(frame -> frame[CARP + 1] = 8));
        assertRejected(Rejection.BAD_VERSION, withCarp(frame -> frame[CARP] = 0x31));
        assertRejected(Rejection.NOT_CARP, with(ipv4, frame -> frame[IPV4 + 9] = 17));
        assertRejected(Rejection.NOT_CARP, with(ipv6, frame -> frame[IPV4 + 6] = 0));
        assertRejected(Rejection.NOT_CARP, with(ipv4, frame -> frame[12] = (byte) 0x81));
        assertRejected(Rejection.NOT_CARP, Arrays.copyOf(ipv4, 33));
        assertRejected(Rejection.NOT_CARP, Arrays.copyOf(ipv6, 53));
        assertRejected(Rejection.NOT_CARP, new byte[0]);
    }

    @Test
    void aFamilyThatNoVhidUsesIsABadInterface() {
        var ipv4Only = new AdvertisementParser(family -> family == AddressFamily.IPV4, vhid -> true, false);
        assertThat(ipv4Only.parse(ByteBuffer.wrap(ipv4))).isInstanceOf(ReceivedAdvertisement.class);
        assertThat(ipv4Only.parse(ByteBuffer.wrap(ipv6)))
                .isEqualTo(new RejectedFrame(Rejection.BAD_INTERFACE, AddressFamily.IPV6, Vectors.address("fe80::1")));
    }

    @Test
    void vhidZeroIsNobodys() {
        assertThat(parseAll(withCarp(frame -> frame[CARP + 1] = 0)))
                .isEqualTo(new RejectedFrame(Rejection.BAD_VHID, AddressFamily.IPV4, Vectors.address("192.0.2.11")));
    }

    @Test
    void theFirstFaultInTheOrderOfTheBsdsCounts() {
        byte[] frame = withCarp(bytes -> {
            bytes[CARP] = 0x31;
            bytes[CARP + 1] = 9;
        });
        assertRejected(Rejection.BAD_VHID, frame);
        frame[CARP + 6]++;
        assertRejected(Rejection.BAD_SUM, frame);
        frame[IPV4 + 3] = 50;
        assertRejected(Rejection.BAD_LENGTH, frame);
        frame[IPV4 + 3] = 100;
        assertRejected(Rejection.SHORT_HEADER, frame);
        frame[TTL] = 1;
        assertRejected(Rejection.BAD_TTL, frame);
        assertThat(new AdvertisementParser(family -> false, vhid -> true, false).parse(ByteBuffer.wrap(frame)))
                .extracting(rejected -> ((RejectedFrame) rejected).reason())
                .isEqualTo(Rejection.BAD_INTERFACE);
    }

    @Test
    void onlyAUnicastAdvertisementMayHavePassedARouterAndOnlyWhereAllowed() {
        byte[] multicast = with(ipv4, frame -> frame[TTL] = 64);
        byte[] unicast = with(multicast, frame -> System.arraycopy(new byte[] {10, 0, 0, 1}, 0, frame, IPV4 + 16, 4));
        assertRejected(Rejection.BAD_TTL, unicast);
        var routed = new AdvertisementParser(family -> true, vhid -> true, true);
        assertThat(routed.parse(ByteBuffer.wrap(unicast))).isInstanceOf(ReceivedAdvertisement.class);
        assertThat(routed.parse(ByteBuffer.wrap(multicast))).isInstanceOf(RejectedFrame.class);
    }

    @Test
    void noFrameHoweverBrokenMakesTheParserThrow() {
        long seed = 1;
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            byte[] good = random.nextBoolean() ? ipv4 : ipv6;
            byte[] frame = Arrays.copyOf(good, random.nextInt(good.length + 10));
            for (int flips = random.nextInt(4); flips > 0 && frame.length > 0; flips--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            ParsedFrame parsed = parseAll(frame);
            if (parsed instanceof ReceivedAdvertisement received) {
                assertThat(received.advertisement().vhid())
                        .as("seed %d, frame %d", seed, i)
                        .isNotZero();
            }
            assertThat(parsed.dump()).isNotEmpty();
        }
    }

    @Test
    void aDumpIsOneReadableLine() {
        assertThat(parseAll(ipv4).dump())
                .isEqualTo("192.0.2.11 > 224.0.0.18 CARPv2-advertise vhid=7 advbase=1 advskew=100 demote=3"
                        + " counter=8000000000000001 ttl=255 mac=00:00:5e:00:01:07");
        assertThat(parseAll(Arrays.copyOf(ipv4, 60)).dump()).isEqualTo("rejected SHORT_HEADER from 192.0.2.11");
    }

    private static ParsedFrame parseAll(byte[] frame) {
        return AdvertisementParser.ofEverything().parse(ByteBuffer.wrap(frame));
    }

    private void assertAccepted(byte[] frame) {
        assertThat(parser.parse(ByteBuffer.wrap(frame))).isInstanceOf(ReceivedAdvertisement.class);
    }

    private void assertRejected(Rejection reason, Consumer<byte[]> change) {
        byte[] frame = ipv4.clone();
        change.accept(frame);
        assertRejected(reason, frame);
    }

    private void assertRejected(Rejection reason, byte[] frame) {
        ParsedFrame parsed = parser.parse(ByteBuffer.wrap(frame));
        assertThat(parsed).isInstanceOf(RejectedFrame.class);
        assertThat(((RejectedFrame) parsed).reason()).isEqualTo(reason);
        CounterSet<CarpCounter> counters = new CounterSet<>(CarpCounter.class);
        parsed.count(counters);
        boolean isCarp = reason != Rejection.NOT_CARP;
        AddressFamily family = ((RejectedFrame) parsed).family();
        assertThat(counters.value(CarpCounter.received(family))).isEqualTo(isCarp ? 1 : 0);
        for (CarpCounter counter : CarpCounter.values()) {
            if (counter != CarpCounter.received(family)) {
                assertThat(counters.value(counter)).isEqualTo(counter == reason.counter() ? 1 : 0);
            }
        }
    }

    /** The frame with a change to its IP header, that header's sum made right again. */
    private static byte[] with(byte[] original, Consumer<byte[]> change) {
        byte[] frame = original.clone();
        change.accept(frame);
        return frame.length == 70 ? sumIpv4(frame) : frame;
    }

    /** The IPv4 frame with a change to its CARP header, and the sum made right again. */
    private byte[] withCarp(Consumer<byte[]> change) {
        byte[] frame = ipv4.clone();
        change.accept(frame);
        return sum(frame, CARP, 36, CARP + 6);
    }

    private static byte[] sumIpv4(byte[] frame) {
        return sum(frame, IPV4, Math.min(frame.length - IPV4, Math.max(20, (frame[IPV4] & 0xf) * 4)), IPV4 + 10);
    }

    private static byte[] sum(byte[] frame, int from, int length, int field) {
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        buffer.putShort(field, (short) 0);
        buffer.putShort(field, (short) InternetChecksum.of(buffer, from, length));
        return frame;
    }

    @Test
    void theVectorsAreThere() {
        assertThat(Vectors.advertisementsOfBsds().map(JsonObject::size)).hasSizeGreaterThan(40);
    }
}
