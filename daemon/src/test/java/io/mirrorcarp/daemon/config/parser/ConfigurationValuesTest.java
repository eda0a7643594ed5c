// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config.parser;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.daemon.config.AuthMode;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.DemotionConfiguration;
import io.mirrorcarp.daemon.config.DemotionMode;
import io.mirrorcarp.daemon.config.DownTimer;
import io.mirrorcarp.daemon.config.FilterConfiguration.Protocol;
import io.mirrorcarp.daemon.config.GlobalConfiguration;
import io.mirrorcarp.daemon.config.MacMode;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.config.TakeoverConfiguration;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Every default, and every value that a file can give. */
class ConfigurationValuesTest {
    private static final String EVERYTHING = """
                [node]
                name = "fw-a"
                hostId = "6F1C2A90"
                stateDir = "/srv/carpd"
                [global]
                preempt = false
                allow = false
                log = 2
                advbase = 2
                demotion = { ifdown = 1, senderr = 2, bulk = 3 }
                downTimer = "openbsd"
                demotionMode = "skew"
                preemptDelay = 1.5
                startHoldOff = "2m"
                [carp.wan]
                vhid = 255
                carpdev = "wan0"
                advskew = 254
                group = "outside"
                passFile = "carp.key"
                address = ["203.0.113.1/24", "198.51.100.1/32"]
                [carp.lan]
                vhid = 255
                carpdev = "lan0"
                advbase = 255
                downTimer = "freebsd"
                pass = "x"
                address = ["10.0.0.1/8"]
                [pfsync]
                syncdev = "sync0"
                syncpeer = ["192.0.2.2"]
                keys = { 1 = "sync.key", 255 = "sync2.key" }
                activeKey = 255
                maxupd = 0
                bulkTimeout = 1.5
                [pfsync.filter]
                protocols = ["udplite"]
                ignoreAddress = []
                [admin]
                socket = "/tmp/x.sock"
                """;

    private static Configuration parse(String text) {
        ConfigurationResult result = ConfigurationParser.parse("f", text, new FakeSurroundings());
        assertThat(result.faultLines()).isEmpty();
        return result.configuration().orElseThrow();
    }

    @Test
    void everyDefaultIsFilledIn() {
        Configuration configuration = parse("""
                [carp.wan]
                vhid=1
                carpdev="wan0"
                address=["203.0.113.1/24"]
                [pfsync]
                syncdev="sync0"
                keys={7="sync.key"}
                """);
        assertThat(configuration.node().name()).isEqualTo("host-a");
        assertThat(configuration.node().stateDir()).isEqualTo("/var/lib/carpd");
        assertThat(configuration.global())
                .isEqualTo(new GlobalConfiguration(
                        true,
                        true,
                        1,
                        false,
                        1,
                        new DemotionConfiguration(DemotionMode.BOTH, 240, 240, 240),
                        DownTimer.FREEBSD,
                        new TakeoverConfiguration(Duration.ZERO, Duration.ZERO)));
        VirtualHostConfiguration wan = configuration.virtualHosts().get(0);
        assertThat(wan.advbase()).isEqualTo(1);
        assertThat(wan.advskew()).isZero();
        assertThat(wan.passphrase().secret().length()).isZero();
        assertThat(wan.attachment().mac()).isEqualTo(MacMode.VIRTUAL);
        assertThat(wan.auth()).isEqualTo(AuthMode.COMPATIBLE);
        assertThat(wan.attachment().peers()).isEmpty();
        PfsyncConfiguration pfsync = configuration.pfsync().orElseThrow();
        assertThat(pfsync.activeKey()).isEqualTo(7);
        assertThat(pfsync.syncpeers()).isEmpty();
        assertThat(pfsync.maxupd()).isEqualTo(128);
        assertThat(pfsync.bulkTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(pfsync.filter().protocols())
                .containsExactly(
                        Protocol.TCP, Protocol.UDP, Protocol.ICMP, Protocol.ICMPV6, Protocol.SCTP, Protocol.GRE);
        assertThat(pfsync.filter().ignoreAddresses())
                .map(AddressPrefix::toString)
                .containsExactly("127.0.0.0/8", "::1/128");
        assertThat(configuration.admin().socket()).isEqualTo("/run/carpd/admin.sock");
        assertThat(configuration.admin().http()).isEqualTo("127.0.0.1:8112");
        assertThat(configuration.metrics().http()).isEqualTo("127.0.0.1:9712");
    }

    @Test
    void everyValueIsTaken() {
        Configuration configuration = parse(EVERYTHING);
        assertThat(configuration.node().hostIdText()).isEqualTo("6f1c2a90");
        assertThat(configuration.node().stateDir()).isEqualTo("/srv/carpd");
        assertThat(configuration.global())
                .isEqualTo(new GlobalConfiguration(
                        false,
                        false,
                        2,
                        false,
                        2,
                        new DemotionConfiguration(DemotionMode.SKEW, 1, 2, 3),
                        DownTimer.OPENBSD,
                        new TakeoverConfiguration(Duration.ofMillis(1500), Duration.ofMinutes(2))));
        VirtualHostConfiguration wan = configuration.virtualHosts().get(0);
        VirtualHostConfiguration lan = configuration.virtualHosts().get(1);
        assertThat(List.of(wan.name(), lan.name())).containsExactly("wan", "lan");
        assertThat(List.of(wan.vhid(), wan.advbase(), wan.advskew())).containsExactly(255, 2, 254);
        assertThat(List.of(wan.downTimer(), lan.downTimer())).containsExactly(DownTimer.OPENBSD, DownTimer.FREEBSD);
        assertThat(new String(wan.passphrase().secret().bytes(), StandardCharsets.UTF_8))
                .isEqualTo("correct horse");
        assertThat(wan.passphrase().file()).isEqualTo(Optional.of("/etc/carpd/carp.key"));
        assertThat(wan.addresses()).map(AddressPrefix::toString).containsExactly("203.0.113.1/24", "198.51.100.1/32");
        assertThat(List.of(wan.group(), lan.group())).containsExactly(Optional.of("outside"), Optional.empty());
        assertThat(lan.advbase()).isEqualTo(255);
        PfsyncConfiguration pfsync = configuration.pfsync().orElseThrow();
        assertThat(pfsync.syncpeers())
                .containsExactly(AddressText.parse("192.0.2.2").orElseThrow());
        assertThat(pfsync.keys()).containsOnlyKeys(1, 255);
        assertThat(pfsync.keys().get(255).secret().length()).isEqualTo(48);
        assertThat(pfsync.activeKey()).isEqualTo(255);
        assertThat(pfsync.maxupd()).isZero();
        assertThat(pfsync.bulkTimeout()).isEqualTo(Duration.ofMillis(1500));
        assertThat(pfsync.filter().protocols()).containsExactly(Protocol.UDPLITE);
        assertThat(pfsync.filter().ignoreAddresses()).isEmpty();
        assertThat(configuration.admin().socket()).isEqualTo("/tmp/x.sock");
    }

    @Test
    void aPassphraseIsCutTo19BytesAsOnTheBsds() {
        Configuration configuration = parse("""
                [carp.wan]
                vhid=1
                carpdev="wan0"
                passFile="long.key"
                address=["203.0.113.1/24"]
                """);
        assertThat(configuration.virtualHosts().get(0).passphrase().secret().bytes())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("1234567890123456789");
    }

    @Test
    void nodesOfOneMachineHaveDifferentHostIdsThatStay() {
        int a = NodeReader.deriveHostId("machine", "fw-a");
        assertThat(a).isEqualTo(NodeReader.deriveHostId("machine", "fw-a"));
        assertThat(a).isNotEqualTo(NodeReader.deriveHostId("machine", "fw-b"));
        assertThat(a).isNotEqualTo(NodeReader.deriveHostId("other machine", "fw-a"));
    }

    @Test
    void noSecretIsEverPrinted() {
        Configuration configuration = parse("""
                [carp.wan]
                vhid=1
                carpdev="wan0"
                pass="correct horse"
                address=["203.0.113.1/24"]
                [pfsync]
                syncdev="sync0"
                keys={1="sync.key"}
                """);
        assertThat(configuration.toString())
                .doesNotContain("horse")
                .doesNotContain("AAAA")
                .contains("(secret)");
        assertThat(ConfigurationPrinter.print(configuration))
                .doesNotContain("horse")
                .contains("pass = \"(not shown)\"");
    }

    @Test
    void durationsKeepTheirUnit() {
        for (String text : List.of("500ms", "30s", "10m", "1h", "0s", "90s")) {
            assertThat(Durations.format(Durations.parse(text).orElseThrow())).isEqualTo(text);
        }
        assertThat(Durations.parse("2")).contains(Duration.ofSeconds(2));
        assertThat(Durations.parse("1.5m")).contains(Duration.ofSeconds(90));
        for (String text : List.of("", "s", "-1s", "1d", "1 s", "1e3", "9999999999s")) {
            assertThat(Durations.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void addressesAreLiteralsInTheirShortestForm() {
        for (String text : List.of(
                "0.0.0.0", "203.0.113.1", "::", "::1", "fe80::1", "2001:db8::1:0:0:1", "1::8", "1:2:3:4:5:6:7:0")) {
            assertThat(AddressText.parse(text).map(AddressText::format)).contains(text);
        }
        for (String text : List.of(
                "",
                "localhost",
                "1.2.3",
                "1.2.3.256",
                "01.2.3.4",
                ":::",
                "1::2::3",
                "::ffff:192.0.2.1",
                "fe80::1%lo",
                "12345::",
                "0x7f.1",
                "2130706433")) {
            assertThat(AddressText.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void aPrefixContainsItsAddresses() {
        AddressPrefix prefix = new AddressPrefix(AddressText.parse("10.1.128.0").orElseThrow(), 17);
        assertThat(prefix.contains(AddressText.parse("10.1.255.255").orElseThrow()))
                .isTrue();
        assertThat(prefix.contains(AddressText.parse("10.1.127.255").orElseThrow()))
                .isFalse();
        assertThat(prefix.contains(AddressText.parse("::").orElseThrow())).isFalse();
        AddressPrefix all = new AddressPrefix(AddressText.parse("0.0.0.0").orElseThrow(), 0);
        assertThat(all.contains(AddressText.parse("255.1.2.3").orElseThrow())).isTrue();
    }
}
