// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.config.Settings;
import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.message.Announcement.Host;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerFindingsTest {
    private static final Host WAN = new Host("wan", 1, 11, 1, true);
    private static final Host LAN = new Host("lan", 2, 22, 1, true);
    private static final Announcement OWN = announcement(Announcement.FORWARDS_IPV4, List.of(), WAN, LAN);

    private static Announcement announcement(int abilities, List<String> reasons, Host... hosts) {
        return new Announcement("0.2.0", abilities, reasons, List.of(hosts), 0);
    }

    private static Host backup(Host host) {
        return new Host(host.name(), host.vhid(), host.addresses(), host.advbase(), false);
    }

    private static List<String> of(int abilities, Host... hosts) {
        return PeerFindings.of(OWN, announcement(abilities, List.of(), hosts));
    }

    @Test
    void aPeerThatIsAlikeIsReady() {
        assertThat(of(Announcement.FORWARDS_IPV4, backup(WAN), backup(LAN))).isEmpty();
        assertThat(of(0xf, backup(WAN), backup(LAN))).isEmpty();
    }

    @Test
    void aPeerOfAnOlderVersionIsTakenAtItsStates() {
        assertThat(PeerFindings.of(OWN, Announcement.NONE)).isEmpty();
    }

    /** A heartbeat has room for twelve virtual hosts; a node may have two hundred. */
    @ParameterizedTest
    @ValueSource(ints = {0, 60})
    void aVirtualHostThatThePeerHasNotNamedYetIsNotMissing(int total) {
        Host[] many = IntStream.rangeClosed(3, 14)
                .mapToObj(vhid -> new Host("many" + vhid, vhid, 100 + vhid, 1, false))
                .toArray(Host[]::new);
        assertThat(PeerFindings.of(OWN, new Announcement("0.2.0", 1, List.of(), List.of(many), 0, 0, total)))
                .isEmpty();
        assertThat(of(1, many))
                .containsExactly(
                        "it has no virtual host like wan (vhid 1)", "it has no virtual host like lan (vhid 2)");
    }

    @Test
    void aVirtualHostThatOnlyThePeerHasIsSaidHereToo() {
        Announcement peer = announcement(1, List.of(), WAN, LAN, new Host("dmz", 3, 33, 1, true));
        assertThat(PeerFindings.missing(OWN, peer))
                .containsExactly("it has dmz (vhid 3), and no virtual host here is like it");
        assertThat(PeerFindings.missing(peer, OWN)).isEmpty();
        assertThat(PeerFindings.missing(announcement(1, List.of()), peer))
                .as("a node that takes no part in CARP")
                .isEmpty();
    }

    @Test
    void whatThePeerSaysOfItselfCounts() {
        assertThat(PeerFindings.of(OWN, announcement(1, List.of("maintenance: new disk"), backup(WAN), backup(LAN))))
                .containsExactly("maintenance: new disk");
    }

    @Test
    void whatThisNodeDoesThePeerMustDoToo() {
        assertThat(of(0, backup(WAN), backup(LAN))).containsExactly("net.ipv4.ip_forward is 0");
    }

    /** Of a backup: what its master does, it must do too. */
    @Test
    void whatAPeerDoesThisNodeMustDoToo() {
        Announcement peer = announcement(Announcement.FORWARDS_IPV4 | Announcement.TRANSLATES_IPV6, List.of(), WAN);
        assertThat(PeerFindings.lacks(peer, OWN)).singleElement().asString().startsWith("no NAT hook for IPv6");
        assertThat(PeerFindings.lacks(Announcement.NONE, OWN)).isEmpty();
    }

    @Test
    void virtualHostsAreCompared() {
        assertThat(of(1, backup(WAN), new Host("lan", 3, 22, 1, false)))
                .containsExactly("lan has vhid 3 there, and 2 here");
        assertThat(of(1, backup(WAN), new Host("lan", 2, 23, 1, false)))
                .containsExactly("lan has other virtual addresses there");
        assertThat(of(1, backup(WAN), new Host("inside", 2, 22, 5, false)))
                .containsExactly("lan has advbase 5 there, and 1 here");
        assertThat(of(1, backup(WAN))).containsExactly("it has no virtual host like lan (vhid 2)");
        assertThat(of(1, backup(WAN), LAN)).singleElement().asString().startsWith("it is MASTER of lan as well");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "carp.lan.mac | virtual | interface | lan has mac interface there, and virtual here",
                "carp.lan.protocol | carp | vrrp3 | lan has protocol vrrp3 there, and carp here",
                "carp.lan.group | outside | inside | lan has group inside there, and outside here",
                "carp.lan.route | [] | [default via 10.0.0.9] | lan has route [default via 10.0.0.9] there, and [] here",
                "global.arpbalance | true | false | it has global.arpbalance false there, and true here"
            })
    void howAVirtualHostIsAttachedIsComparedBySettings(String path, String here, String there, String words) {
        assertThat(differing(path, here, there)).containsExactly(words);
        assertThat(PeerFindings.code(words)).isEqualTo("carp-settings");
    }

    @Test
    void anotherPrefixLengthOfTheSameAddressIsAFindingAndAnotherOrderIsNot() {
        String here = "[\"10.0.0.1/24\", \"fd00::1/64\"]";
        assertThat(differing("carp.lan.address", here, "[\"fd00::1/64\", \"10.0.0.1/16\"]"))
                .containsExactly("lan has address [\"fd00::1/64\", \"10.0.0.1/16\"] there, and " + here + " here");
        assertThat(differing("carp.lan.address", here, "[\"fd00::1/64\", \"10.0.0.1/24\"]"))
                .isEmpty();
        assertThat(differing("carp.lan.address", here, "[\"10.0.0.1/24\"]"))
                .as("the announcements tell of that")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"carp.lan.address", "carp.lan.vhid", "carp.lan.passphrase", "carp.lan.auth", "global.preempt"})
    void whatIsToldOtherwiseOrHarmlessIsNoFindingOfTheSettings(String path) {
        assertThat(differing(path, "1", "2")).isEmpty();
    }

    @Test
    void theSettingsOfAVirtualHostThatOneNodeLacksAreNotCompared() {
        assertThat(PeerFindings.of(new Settings(new TreeMap<>(Map.of("carp.lan.mac", "\"virtual\"")))
                        .differences(new Settings(new TreeMap<>()))))
                .isEmpty();
    }

    private static List<String> differing(String path, String here, String there) {
        return PeerFindings.of(new Settings(new TreeMap<>(Map.of(path, here)))
                .differences(new Settings(new TreeMap<>(Map.of(path, there)))));
    }

    private static Announcement masters(int count, long millis) {
        return announcement(
                1,
                List.of(),
                IntStream.rangeClosed(1, count)
                        .mapToObj(vhid -> new Host("v" + vhid, vhid, vhid, 1, true, List.of(), 0, millis, List.of()))
                        .toArray(Host[]::new));
    }

    /** Sixty virtual hosts with another password made sixty lines of the log, in both nodes. */
    @Test
    void manyDoubleMastersAreOneLine() {
        assertThat(PeerFindings.of(masters(60, 5_000), masters(60, 5_000)))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding).startsWith("it is MASTER of v1, v2, v3, v4 and 56 more as well: ");
                    assertThat(PeerFindings.code(finding)).isEqualTo("carp-password");
                });
        assertThat(PeerFindings.of(masters(2, 5_000), masters(2, 0))).hasSize(2);
    }

    /** A role that went there and back within a second was with both, by what the other one had said before. */
    @Test
    void aRoleThatHasJustMovedIsNotWithBoth() {
        assertThat(PeerFindings.of(masters(2, 800), masters(2, 90_000))).isEmpty();
        assertThat(PeerFindings.of(masters(2, 90_000), masters(2, 1_900))).isEmpty();
    }

    @Test
    void aPeerThatProvesNothingIsNotHeardByAStrictNode() {
        Announcement older = announcement(Announcement.FORWARDS_IPV4, List.of());
        assertThat(PeerFindings.unproved(List.of("wan", "lan"), older))
                .containsExactly(
                        "its advertisements prove nothing, as those of an older version: auth = \"strict\" of wan, lan"
                                + " here obeys no others");
        assertThat(PeerFindings.unproved(List.of(), older)).isEmpty();
        assertThat(PeerFindings.unproved(List.of("wan"), announcement(Announcement.PROVES, List.of())))
                .isEmpty();
        assertThat(PeerFindings.unproved(List.of("wan"), Announcement.NONE)).isEmpty();
    }
}
