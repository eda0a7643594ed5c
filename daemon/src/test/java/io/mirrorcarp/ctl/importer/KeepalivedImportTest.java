// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.ctl.importer.result.Translation;
import io.mirrorcarp.ctl.importer.source.Disk;
import io.mirrorcarp.daemon.config.CheckKind;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.MacMode;
import io.mirrorcarp.daemon.config.TrackConfiguration;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** keepalived.conf. */
class KeepalivedImportTest {
    @Test
    void twoInstancesOfOneSyncGroupAreAPairWithoutGroups() {
        Configuration configuration = Samples.configuration("keepalived/pair.conf");
        assertThat(configuration.node().name()).isEqualTo("fw-a");
        VirtualHostConfiguration wan = Samples.host(configuration, "WAN");
        assertThat(wan.vhid()).isEqualTo(51);
        assertThat(wan.carpdev()).isEqualTo("wan0");
        assertThat(wan.advskew()).isEqualTo(104);
        assertThat(Samples.addresses(wan)).containsExactly("203.0.113.1/24", "203.0.113.10/24", "2001:db8:1::1/64");
        assertThat(Samples.pass(wan)).isEqualTo("s3cr-wan");
        assertThat(wan.group()).isEmpty();
        assertThat(wan.attachment().mac()).isEqualTo(MacMode.INTERFACE);
        assertThat(wan.passphrase())
                .isEqualTo(Samples.host(configuration, "LAN").passphrase());
        assertThat(configuration.global().preempt()).isTrue();
    }

    @Test
    void tracksDemoteByTheirWeight() {
        TrackConfiguration track = Samples.configuration("keepalived/pair.conf").track();
        assertThat(track.interfaces())
                .containsExactly(new TrackConfiguration.Interface(
                        "uplink0", "uplink0", 40, Duration.ZERO, Duration.ZERO, Optional.empty()));
        assertThat(track.checks()).map(TrackConfiguration.Check::name).containsExactly("chk_dns", "chk_true");
        TrackConfiguration.Check dns = track.checks().get(0);
        assertThat(dns)
                .isEqualTo(new TrackConfiguration.Check(
                        "chk_dns",
                        CheckKind.SCRIPT,
                        "/etc/carpd/checks.d/chk_dns",
                        Map.of(),
                        new TrackConfiguration.Schedule(
                                Duration.ofSeconds(2), Duration.ofSeconds(1), 3, 2, Duration.ZERO),
                        60,
                        Optional.empty()));
        assertThat(track.checks().get(1).target()).isEqualTo("/bin/true");
    }

    @Test
    void aDefinitionMayBeginOnTheNextLineAndASecondKeywordOfALineIsTold() {
        Translation translation = Samples.translate(Samples.ROUTER, "keepalived/lines.conf");
        assertThat(Samples.host(Samples.configuration(translation, Samples.ROUTER), "web")
                        .advbase())
                .isEqualTo(3);
        assertThat(translation.leftovers())
                .map(Object::toString)
                .anyMatch(line -> line.contains("lines.conf:8: fall 3: what follows on the line is not read"))
                .anyMatch(line -> line.contains("lines.conf:15: auth_type PASS: what follows on the line is not read"))
                .noneMatch(line -> line.contains("advert_int") || line.contains("s3cr"));
    }

    @Test
    void aScriptWithArgumentsBecomesAProgram() {
        Translation translation = Samples.translate(Samples.ROUTER, "keepalived/pair.conf");
        assertThat(Samples.file(translation, "checks.d/chk_dns"))
                .startsWith("#!/bin/sh\n")
                .contains("pair.conf:11")
                .endsWith("exec /usr/bin/dig +time=1 @127.0.0.1 .\n");
    }

    @Test
    void notifyScriptsBecomeAHookOfTheFirstMember() {
        Translation translation = Samples.translate(Samples.ROUTER, "keepalived/pair.conf");
        assertThat(Samples.file(translation, "hooks.d/50-WAN"))
                .contains("[ \"$2\" = WAN ] || exit 0\n")
                .contains("    master)\n        /usr/local/sbin/vpn start\n        ;;\n")
                .contains("    backup)\n        /usr/local/sbin/vpn stop\n        ;;\n");
        assertThat(Samples.configuration("keepalived/pair.conf").hooks().dir()).isEqualTo("/etc/carpd/hooks.d");
    }

    @Test
    void definitionsIncludesAndLinesForOneNodeAreResolved() {
        Configuration configuration = Samples.configuration("keepalived/odd.conf");
        VirtualHostConfiguration office = Samples.host(configuration, "office-lan");
        assertThat(Samples.pass(office)).isEqualTo("s3cret two");
        assertThat(Samples.addresses(office))
                .containsExactly("10.20.0.1/32", "10.20.0.2/24", "fe80::1/64", "2001:db8:20::1/128");
        assertThat(office.attachment().mac()).isEqualTo(MacMode.VIRTUAL);
        assertThat(List.of(office.advbase(), office.advskew()))
                .as("0.25 s of the best")
                .containsExactly(0, 64);
        assertThat(Samples.pass(Samples.host(configuration, "included"))).isEqualTo("s3cr # no comment");
        assertThat(office.attachment().peers())
                .containsExactly(AddressText.parse("224.0.0.99").orElseThrow());
        assertThat(office.attachment().routes()).map(Object::toString).containsExactly("default via 203.0.113.6");
        assertThat(configuration.global().takeover().preemptDelay()).isEqualTo(Duration.ofSeconds(90));
    }

    @Test
    void anAddressOnAnotherDeviceIsAVirtualHostThere() {
        Configuration configuration = Samples.configuration("keepalived/odd.conf");
        VirtualHostConfiguration dmz = Samples.host(configuration, "office-lan-dmz0");
        assertThat(dmz.carpdev()).isEqualTo("dmz0");
        assertThat(dmz.vhid()).isEqualTo(7);
        assertThat(dmz.group())
                .isEqualTo(Samples.host(configuration, "office-lan").group());
    }

    @Test
    void unicastPeersAndTheSourceAreCarriedOverButNoNames() {
        Translation translation = Samples.translate(Samples.ROUTER, "keepalived/odd.conf");
        VirtualHostConfiguration cloud = Samples.host(Samples.configuration(translation, Samples.ROUTER), "cloud");
        assertThat(cloud.attachment().peers()).map(AddressText::format).containsExactly("203.0.113.3", "203.0.113.4");
        assertThat(cloud.attachment().sources()).map(AddressText::format).containsExactly("203.0.113.2");
        assertThat(translation.leftovers())
                .map(Object::toString)
                .anyMatch(line ->
                        line.matches(".*odd\\.conf:57: unicast_peer fw-c\\.example\\.org: not an IP address.*"));
    }

    /** Instances outside of a sync group fail over one by one, and so do groups of carpd. */
    @Test
    void instancesWithoutASyncGroupHaveGroupsOfTheirOwn() {
        Configuration configuration = Samples.configuration("keepalived/odd.conf");
        assertThat(configuration.virtualHosts())
                .map(host -> host.group().orElse(""))
                .doesNotContain("");
        assertThat(Set.copyOf(configuration.virtualHosts().stream()
                        .map(VirtualHostConfiguration::group)
                        .toList()))
                .hasSize(3);
        assertThat(configuration.track().checks().get(0).group())
                .isEqualTo(Samples.host(configuration, "included").group());
    }

    @Test
    void whatHasNoCounterpartIsToldWithItsLine() {
        List<String> told = Samples.translate(Samples.ROUTER, "keepalived/odd.conf").leftovers().stream()
                .map(leftover -> leftover.toString().replaceFirst("^\\S*/(?=[^/ ]*:\\d+:)", ""))
                .toList();
        assertThat(told)
                .anyMatch(line ->
                        line.startsWith("odd.conf:39: virtual_routes src 203.0.113.2 to default via 203.0.113.6"))
                .noneMatch(line -> line.startsWith("odd.conf:38: "))
                .anyMatch(line -> line.startsWith("odd.conf:44: track_process named: "))
                .anyMatch(line -> line.startsWith("odd.conf:74: virtual_router_id 300: "))
                .anyMatch(line -> line.startsWith("odd.conf:72: bad-id: left out"))
                .anyMatch(line -> line.startsWith("odd.conf:67: no-address: left out"))
                .anyMatch(line -> line.startsWith("odd.conf:80: virtual_server 203.0.113.20: "))
                .anyMatch(line -> line.startsWith("extra.conf:17: track_script chk_unknown: "));
    }

    /** While keepalived is still master here, and on the node whose address the file has as a peer. */
    @Test
    void anAddressThatKeepalivedHoldsNowIsNoFault() {
        FakeMachine master = new FakeMachine(Set.of("wan0", "lan0", "dmz0"), Set.of("203.0.113.20", "203.0.113.3"));
        Translation translation = Samples.translate(master, "keepalived/odd.conf");
        assertThat(translation.faults()).isEmpty();
        assertThat(translation.leftovers())
                .map(Object::toString)
                .anyMatch(line -> line.contains("203.0.113.20/24: on eth0 now: "))
                .anyMatch(line -> line.contains("peer 203.0.113.3: left out: it is an address of this machine"));
    }

    @Test
    void thePeersNodeGetsItsOwnLines() {
        Configuration peer = Samples.configuration(
                Translation.of(
                        Importer.read(
                                new Disk(),
                                List.of(Samples.path("keepalived/odd.conf")),
                                Optional.of(Kind.KEEPALIVED),
                                "fw-b",
                                false),
                        Map.of(),
                        Samples.DIRECTORY,
                        "carpd.toml",
                        Samples.ROUTER),
                Samples.ROUTER);
        assertThat(Samples.host(peer, "office-lan").advskew()).isGreaterThan(64);
    }

    @Test
    void definitionsOfSeveralLinesHoldForEachInstanceThatUsesThem() {
        Configuration configuration = Samples.configuration("keepalived/campus.conf");
        for (String name : List.of("floor_v4", "floor_v6")) {
            VirtualHostConfiguration host = Samples.host(configuration, name);
            assertThat(List.of(host.advbase(), host.advskew())).as(name).containsExactly(2, 104);
            assertThat(Samples.pass(host)).as(name).isEqualTo("s3cr-floor");
        }
        assertThat(Samples.host(configuration, "floor_v4").vhid()).isEqualTo(31);
        assertThat(Samples.addresses(Samples.host(configuration, "floor_v6")))
                .containsExactly("fe80::31/64", "2001:db8:31::1/64");
    }

    @Test
    void trackedProcessesAreChecks() {
        Translation translation = Samples.translate(Samples.ROUTER, "keepalived/campus.conf");
        assertThat(translation.configuration())
                .contains("[check.proxy]\nkind = \"process\"\ntarget = \"haproxy\"\ndemote = 30\n");
    }

    @Test
    void whatIsForAnotherNodeAndWhatNobodyUsesIsToldWithAllItsLines() {
        assertThat(Samples.translate(Samples.ROUTER, "keepalived/campus.conf").leftovers())
                .map(leftover -> leftover.toString().replaceFirst("^.*/", ""))
                .contains(
                        "campus.conf:106: @fw-b vrrp_instance: not for this node, which is fw-a: --node NAME imports for another",
                        "campus.conf:107: lines 107 to 111: in the braces of @fw-b vrrp_instance",
                        "campus.conf:31: vrrp_track_process nobody_tracks_it: nothing tracks it",
                        "campus.conf:40: vrrp_script unused: nothing tracks it",
                        "campus.conf:49: vrrp_sync_group ALL: there is no vrrp_instance floor_gone",
                        "campus.conf:115: ~SEQ: a loop of keepalived is not run: write out what it makes");
    }
}
