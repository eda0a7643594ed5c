// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.counter.CounterSet;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** VRRP on the wire: what the RFCs say, and everything that is not an advertisement. */
class VrrpFrameTest {
    private static final InetAddress SOURCE = Vectors.address("10.9.0.3");
    private static final InetAddress SOURCE6 = Vectors.address("fe80::3");
    private static final int PAYLOAD = 14 + 20;
    private static final int PAYLOAD6 = 14 + 40;

    private static final VrrpAdvertisement THIRD = new VrrpAdvertisement(
            Protocol.VRRP3, 7, 100, 100, 0, VrrpPassword.NONE, List.of(Vectors.address("10.9.0.1")));
    private static final VrrpAdvertisement SECOND = new VrrpAdvertisement(
            Protocol.VRRP2,
            7,
            100,
            100,
            VrrpPassword.SIMPLE_TEXT,
            VrrpPassword.of(new byte[] {'s', 'e', 'c', 'r', 'e', 't'}),
            List.of(Vectors.address("10.9.0.1"), Vectors.address("10.9.0.4")));

    private static ParsedFrame parse(Protocol of, byte[] frame) {
        return new AdvertisementParser(family -> true, (vhid, seen) -> vhid == 7 ? of : null, false)
                .parse(ByteBuffer.wrap(frame));
    }

    private static byte[] frame(InetAddress source, VrrpAdvertisement advertisement) {
        return AdvertisementFrame.build(Envelope.multicast(7, source, 1), advertisement);
    }

    private static Advertisement parsed(Protocol of, byte[] frame) {
        ParsedFrame parsed = parse(of, frame);
        assertThat(parsed).isInstanceOf(ReceivedAdvertisement.class);
        return ((ReceivedAdvertisement) parsed).advertisement();
    }

    private static Rejection rejection(Protocol of, byte[] frame) {
        ParsedFrame parsed = parse(of, frame);
        assertThat(parsed).isInstanceOf(RejectedFrame.class);
        return ((RejectedFrame) parsed).reason();
    }

    private static String payload(VrrpAdvertisement advertisement, String source, String destination) {
        return HexFormat.of()
                .formatHex(AdvertisementFrame.payload(
                        advertisement, Vectors.address(source), Vectors.address(destination)));
    }

    /** What the RFCs say, summed by hand. */
    @Test
    void theBytesAreThoseOfTheRfcs() {
        assertThat(payload(THIRD, "10.9.0.3", "224.0.0.18"))
                .startsWith("310764010064")
                .hasSize(24);
        assertThat(payload(SECOND, "10.9.0.3", "224.0.0.18"))
                .startsWith("210764020101")
                .endsWith("0a0900010a0900047365637265740000")
                .hasSize(2 * (8 + 8 + 8));
    }

    @Test
    void whatWasBuiltIsParsed() {
        assertThat(parsed(Protocol.VRRP3, frame(SOURCE, THIRD))).isEqualTo(THIRD);
        assertThat(parsed(Protocol.VRRP2, frame(SOURCE, SECOND))).isEqualTo(SECOND);
        VrrpAdvertisement ipv6 = new VrrpAdvertisement(
                Protocol.VRRP3,
                7,
                255,
                4_095,
                0,
                VrrpPassword.NONE,
                List.of(Vectors.address("fe80::7"), Vectors.address("fd09::1")));
        assertThat(parsed(Protocol.VRRP3, frame(SOURCE6, ipv6))).isEqualTo(ipv6);
    }

    @Test
    void theMostAddressesThatFitAreCarried() {
        for (int count : new int[] {1, 2, 6, 7, 8, 255}) {
            List<InetAddress> addresses = new ArrayList<>(Collections.nCopies(count, Vectors.address("10.9.0.1")));
            for (Protocol protocol : new Protocol[] {Protocol.VRRP2, Protocol.VRRP3}) {
                VrrpAdvertisement many = new VrrpAdvertisement(protocol, 7, 1, 100, 0, VrrpPassword.NONE, addresses);
                assertThat(parsed(protocol, frame(SOURCE, many)))
                        .as(protocol + " with " + count)
                        .isEqualTo(many);
            }
        }
    }

    /** Only a message of seven addresses has the byte that CARP has, and that one has another length. */
    @Test
    void carpAndVersion2AreToldApartWhateverTheNumberOfAddresses() {
        AdvertisementParser anything = AdvertisementParser.ofEverything();
        for (int count = 1; count <= 255; count++) {
            List<InetAddress> addresses = Collections.nCopies(count, Vectors.address("10.9.0.1"));
            VrrpAdvertisement many = new VrrpAdvertisement(Protocol.VRRP2, 9, 1, 100, 0, VrrpPassword.NONE, addresses);
            ParsedFrame parsed = anything.parse(ByteBuffer.wrap(frame(SOURCE, many)));
            assertThat(((ReceivedAdvertisement) parsed).advertisement()).isEqualTo(many);
        }
        CarpAdvertisement carp = new CarpAdvertisement(9, 0, 1, 0, 5, Digest.of(new byte[20]));
        ParsedFrame parsed =
                anything.parse(ByteBuffer.wrap(AdvertisementFrame.build(Envelope.multicast(9, SOURCE, 1), carp)));
        assertThat(((ReceivedAdvertisement) parsed).advertisement()).isEqualTo(carp);
        assertThat(parsed.dump()).contains("CARPv2-advertise");
    }

    /** The sums that others send: for IPv4 without a pseudo header, and keepalived's of old with the group for a unicast destination. */
    @Test
    void theChecksumsOfOthersAreAccepted() {
        byte[] alone = frame(SOURCE, THIRD);
        ByteBuffer.wrap(alone).putShort(PAYLOAD + 6, (short) 0);
        ByteBuffer.wrap(alone).putShort(PAYLOAD + 6, (short) InternetChecksum.of(ByteBuffer.wrap(alone), PAYLOAD, 12));
        assertThat(parsed(Protocol.VRRP3, alone)).isEqualTo(THIRD);

        Envelope unicast = Envelope.unicast(VirtualMac.of(7), VirtualMac.of(7), SOURCE, Vectors.address("10.9.0.2"));
        byte[] old = AdvertisementFrame.build(
                unicast, AdvertisementFrame.payload(THIRD, SOURCE, Vectors.address("224.0.0.18")));
        assertThat(parsed(Protocol.VRRP3, old)).isEqualTo(THIRD);
        assertThat(parsed(Protocol.VRRP3, AdvertisementFrame.build(unicast, THIRD)))
                .isEqualTo(THIRD);
    }

    @Test
    void everyFlippedBitIsFound() {
        byte[] ipv4 = frame(SOURCE, THIRD);
        byte[] ipv6 = frame(
                SOURCE6,
                new VrrpAdvertisement(
                        Protocol.VRRP3, 7, 9, 100, 0, VrrpPassword.NONE, List.of(Vectors.address("fe80::7"))));
        for (int bit = 0; bit < 12 * 8; bit++) {
            assertThat(parse(Protocol.VRRP3, flipped(ipv4, PAYLOAD, bit)))
                    .as("bit " + bit)
                    .isInstanceOf(RejectedFrame.class);
            assertThat(parse(Protocol.VRRP3, flipped(ipv6, PAYLOAD6, bit)))
                    .as("bit " + bit)
                    .isInstanceOf(RejectedFrame.class);
        }
    }

    private static byte[] flipped(byte[] frame, int start, int bit) {
        byte[] changed = frame.clone();
        changed[start + bit / 8] ^= (byte) (1 << bit % 8);
        return changed;
    }

    @ParameterizedTest
    @CsvSource({
        "CARP, BAD_LENGTH", // a vhid that speaks CARP
        "VRRP2, BAD_VERSION"
    })
    void aMessageOfAnotherProtocolIsNotOneOfThisVhid(Protocol of, Rejection reason) {
        assertThat(rejection(of, frame(SOURCE, THIRD))).isEqualTo(reason);
    }

    @Test
    void badInputHasItsCounter() {
        byte[] carp = AdvertisementFrame.build(
                Envelope.multicast(7, SOURCE, 1), new CarpAdvertisement(7, 0, 1, 0, 5, Digest.of(new byte[20])));
        assertThat(rejection(Protocol.VRRP2, carp)).isEqualTo(Rejection.BAD_VERSION);
        assertThat(rejection(Protocol.VRRP3, carp)).isEqualTo(Rejection.BAD_VERSION);
        byte[] wrongCount = frame(SOURCE, THIRD);
        wrongCount[PAYLOAD + 3] = 2;
        assertThat(rejection(Protocol.VRRP3, wrongCount)).isEqualTo(Rejection.BAD_LENGTH);
        wrongCount[PAYLOAD + 3] = 0;
        assertThat(rejection(Protocol.VRRP3, wrongCount)).isEqualTo(Rejection.BAD_LENGTH);
        byte[] wrongType = frame(SOURCE, THIRD);
        wrongType[PAYLOAD] = 0x32;
        assertThat(rejection(Protocol.VRRP3, wrongType)).isEqualTo(Rejection.BAD_VERSION);
        byte[] farAway = frame(SOURCE, THIRD);
        farAway[14 + 8] = (byte) 254;
        assertThat(rejection(Protocol.VRRP3, farAway)).isEqualTo(Rejection.BAD_TTL);
        byte[] otherId = frame(
                SOURCE,
                new VrrpAdvertisement(
                        Protocol.VRRP2, 8, 100, 100, 0, VrrpPassword.NONE, Collections.nCopies(9, SOURCE)));
        assertThat(parse(Protocol.VRRP3, otherId)).isInstanceOf(RejectedFrame.class);
    }

    /** Whatever the length and the bytes, there is an answer and no exception. */
    @Test
    void everyPrefixIsRejectedAndCounted() {
        byte[] frame = frame(SOURCE, SECOND);
        for (int length = 0; length < frame.length; length++) {
            CounterSet<CarpCounter> counters = new CounterSet<>(CarpCounter.class);
            ParsedFrame parsed = parse(Protocol.VRRP2, java.util.Arrays.copyOf(frame, length));
            parsed.count(counters);
            assertThat(parsed).as(length + " bytes").isInstanceOf(RejectedFrame.class);
        }
    }

    @Test
    void thePasswordIsNeverPrinted() {
        assertThat(SECOND.toString())
                .doesNotContain(Long.toString(SECOND.password().bits()));
        assertThat(SECOND.password()).hasToString("VrrpPassword[secret]");
        assertThat(SECOND.dump()).isEqualTo("vrid=7 prio=100 intvl=100cs authtype=1 addrs=10.9.0.1,10.9.0.4");
    }

    @Test
    void ipv6HasItsOwnVirtualMac() {
        assertThat(Protocol.VRRP3.virtualMac(7, AddressFamily.IPV4)).hasToString("00:00:5e:00:01:07");
        assertThat(Protocol.VRRP3.virtualMac(7, AddressFamily.IPV6)).hasToString("00:00:5e:00:02:07");
        assertThat(Protocol.CARP.virtualMac(7, AddressFamily.IPV6)).hasToString("00:00:5e:00:01:07");
    }
}
