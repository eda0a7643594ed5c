// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor.adverts;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.carp.packet.Protocol;
import io.mirrorcarp.daemon.control.Status;
import io.mirrorcarp.daemon.control.Status.CarpState;
import io.mirrorcarp.daemon.doctor.Diagnosis;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is made of the advertisements that were seen on the carpdevs, or were not. */
class AdvertExaminationTest {
    private static final String PEER = "10.0.0.3";

    private CarpState state = CarpState.BACKUP;
    private List<Status.CarpPeer> heard = List.of(new Status.CarpPeer(PEER, 100, null, 0.4));
    private List<String> masterOf = List.of("lan");
    private final List<AdvertSighting> adverts = new ArrayList<>();
    private long framesIn = 40;
    private Duration length = Duration.ofMillis(2_200);
    private boolean sentByPeer;

    private void see(String source, int vhid, Protocol protocol, boolean outgoing) throws UnknownHostException {
        adverts.add(new AdvertSighting("lan0", vhid, InetAddress.getByName(source), protocol, outgoing));
    }

    private Status.Pfsync pfsync() {
        Status.PfsyncPeer peer = new Status.PfsyncPeer(
                "fw-b",
                "91ab33c0",
                "192.0.2.2",
                Status.PfsyncState.IN_SYNC,
                0.1,
                1,
                10,
                true,
                masterOf,
                List.of(),
                "0.2.0",
                1_500,
                2,
                0);
        return new Status.Pfsync(
                Status.PfsyncState.IN_SYNC,
                "sync0",
                List.of(peer),
                new Status.Bulk(false, 0, 0),
                null,
                List.of(),
                List.of());
    }

    private List<String> codes() {
        Status.VirtualHost lan = new Status.VirtualHost(
                "lan",
                7,
                "lan0",
                state,
                1,
                0,
                "",
                0,
                0,
                new Status.Authentication("compatible", 0),
                null,
                null,
                List.of("10.0.0.1/24"),
                60,
                "why",
                null,
                null,
                1,
                0,
                heard);
        Status status = new Status(
                "fw-a",
                "6f1c2a90",
                60,
                true,
                List.of(),
                0,
                0,
                false,
                List.of(),
                List.of(lan),
                pfsync(),
                new Status.Conntrack(1, 100, 0, List.of(), 0),
                List.of());
        Sightings seen = new Sightings(length, adverts, Map.of("lan0", framesIn));
        return AdvertExamination.findings(status, status, seen, key -> sentByPeer && key.equals("7,10.0.0.1/24"))
                .stream()
                .map(Diagnosis::code)
                .toList();
    }

    @Test
    void aBackupThatHearsItsMasterIsWell() throws UnknownHostException {
        see(PEER, 7, Protocol.CARP, false);
        see("10.0.0.9", 8, Protocol.VRRP3, false);
        assertThat(codes()).isEmpty();
    }

    @Test
    void anAdvertisementThatIsMissingIsPutDownToThePeerTheSwitchOrTheLink() {
        assertThat(codes()).containsExactly("advert-not-sent");
        sentByPeer = true;
        assertThat(codes()).containsExactly("advert-lost");
        framesIn = 0;
        assertThat(codes()).containsExactly("carpdev-silent");
        length = Duration.ofMillis(1_900);
        assertThat(codes()).as("too short to tell").isEmpty();
    }

    @Test
    void aMasterWhoseAdvertisementsDoNotLeaveIsFound() throws UnknownHostException {
        state = CarpState.MASTER;
        masterOf = List.of();
        assertThat(codes()).containsExactly("advert-filtered-out");
        see("10.0.0.2", 7, Protocol.CARP, true);
        assertThat(codes()).isEmpty();
    }

    @Test
    void whoUsesTheIdIsTakenForAStrangerWhereThePeerIsHeardAndForThePeerWhereNot() throws UnknownHostException {
        see(PEER, 7, Protocol.CARP, false);
        see("10.0.0.9", 7, Protocol.CARP, false);
        assertThat(codes()).containsExactly("vhid-clash");
        heard = List.of();
        assertThat(codes()).containsOnly("carp-password");
        masterOf = List.of();
        assertThat(codes()).as("no peer is master, so none advertises").containsOnly("vhid-clash");
    }

    @Test
    void vrrpWithTheSameIdIsAClash() throws UnknownHostException {
        see(PEER, 7, Protocol.CARP, false);
        see("10.0.0.9", 7, Protocol.VRRP3, false);
        assertThat(codes()).containsExactly("vrid-clash");
    }

    private static ByteBuffer ipv4(String payload) {
        byte[] frame = java.util.HexFormat.of()
                .parseHex("01005e000012" + "00005e000107" + "0800" + "4500003800000000ff700000" + "0a000003"
                        + "e0000012" + payload);
        return ByteBuffer.wrap(frame);
    }

    @Test
    void carpAndVrrpAreToldApart() {
        String carp = "210700070101" + "00".repeat(30);
        String vrrp2 = "210764010001" + "00".repeat(14);
        String vrrp3 = "310764010064" + "00".repeat(6);
        assertThat(AdvertSighting.of("lan0", ipv4(carp), false)).hasValueSatisfying(seen -> {
            assertThat(seen.protocol()).isEqualTo(Protocol.CARP);
            assertThat(seen.vhid()).isEqualTo(7);
            assertThat(seen.source().getHostAddress()).isEqualTo(PEER);
        });
        assertThat(AdvertSighting.of("lan0", ipv4(vrrp2), false).orElseThrow().protocol())
                .isEqualTo(Protocol.VRRP2);
        assertThat(AdvertSighting.of("lan0", ipv4(vrrp3), false).orElseThrow().protocol())
                .isEqualTo(Protocol.VRRP3);
        for (int length = 0; length < 37; length++) {
            ByteBuffer cut = ipv4(carp);
            cut.limit(length);
            assertThat(AdvertSighting.of("lan0", cut, false))
                    .as(length + " bytes")
                    .isEmpty();
        }
    }
}
