// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.importer;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.ctl.importer.result.Translation;
import io.mirrorcarp.daemon.config.BalancingConfiguration;
import io.mirrorcarp.daemon.config.BalancingConfiguration.Mode;
import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.DownTimer;
import io.mirrorcarp.daemon.config.FilterConfiguration.Protocol;
import io.mirrorcarp.daemon.config.FilterConfiguration.TcpState;
import io.mirrorcarp.daemon.config.MacMode;
import io.mirrorcarp.daemon.config.PfsyncConfiguration;
import io.mirrorcarp.daemon.config.VirtualHostConfiguration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** All but keepalived.conf. */
class OtherToolsImportTest {
    private static PfsyncConfiguration pfsync(String... names) {
        return Samples.configuration(names).pfsync().orElseThrow();
    }

    private static List<String> told(String... names) {
        return Samples.translate(Samples.ROUTER, names).leftovers().stream()
                .map(leftover -> leftover.toString().replaceFirst("^\\S*/(?=[^/ ]*:\\d+:)", ""))
                .toList();
    }

    @Test
    void conntrackdsLinkAndFilterAreTheStateChannel() {
        PfsyncConfiguration multicast = pfsync("conntrackd/multicast.conf");
        assertThat(multicast.syncdevs()).containsExactly("sync0");
        assertThat(multicast.syncpeers()).isEmpty();
        assertThat(multicast.filter().protocols())
                .containsExactlyInAnyOrder(Protocol.TCP, Protocol.SCTP, Protocol.DCCP);
        assertThat(multicast.filter().ignoreAddresses())
                .map(Object::toString)
                .containsExactly("127.0.0.0/8", "::1/128", "192.168.100.0/24");
        assertThat(told("conntrackd/multicast.conf"))
                .anyMatch(line -> line.startsWith("multicast.conf:14: Multicast lan0: write all of them into syncdev"))
                .anyMatch(line -> line.startsWith("multicast.conf:21: Options: ExpectationSync"))
                .anyMatch(line -> line.startsWith("multicast.conf:48: ipv4_address bogus"));
        PfsyncConfiguration unicast = pfsync("conntrackd/udp.conf");
        assertThat(unicast.syncpeers()).map(AddressText::format).containsExactly("192.0.2.2");
        assertThat(unicast.filter().protocols())
                .doesNotContain(Protocol.UDP, Protocol.ICMP, Protocol.ICMPV6)
                .contains(Protocol.TCP);
    }

    @Test
    void conntrackdsFiltersByStateAndAddressAreCarriedOver() {
        PfsyncConfiguration links = pfsync("conntrackd/links.conf");
        assertThat(links.syncdevs()).as("of the default link").containsExactly("sync0");
        assertThat(links.syncpeers()).map(AddressText::format).containsExactly("fd00::2");
        assertThat(links.filter().addresses()).map(Object::toString).containsExactly("10.0.0.0/8", "2001:db8::/32");
        assertThat(links.filter().states())
                .contains(TcpState.ESTABLISHED, TcpState.CLOSE_WAIT)
                .doesNotContain(TcpState.SYN_SENT, TcpState.SYN_RECV, TcpState.TIME_WAIT);
        assertThat(links.filter().protocols()).map(Protocol::name).containsExactlyInAnyOrder("tcp", "udp", "esp");
        assertThat(told("conntrackd/links.conf"))
                .anyMatch(line -> line.startsWith("links.conf:10: TCP eth2: write all of them into syncdev"))
                .anyMatch(line -> line.startsWith("links.conf:11: lines 11 to 16: in the braces of TCP eth2"))
                .anyMatch(line -> line.startsWith("links.conf:4: Mode ALARM: RefreshTime 15: "))
                .anyMatch(line -> line.startsWith("links.conf:58: State NEVER_HEARD_OF: "))
                .anyMatch(line -> line.startsWith("links.conf:50: Protocol VRRP: "));
    }

    @Test
    void aSyncGroupsScriptsGoToAMemberThatIsNotDisabled() {
        Configuration configuration = Samples.configuration("vyos/disabled");
        assertThat(configuration.virtualHosts())
                .map(VirtualHostConfiguration::name)
                .containsExactly("ON");
        assertThat(told("vyos/disabled"))
                .anyMatch(line -> line.startsWith("disabled:1: OFF, lines 1 to 4, 8: it is disabled"))
                .noneMatch(line -> line.contains("sync-group"));
        Translation translation = Samples.translate(Samples.ROUTER, "vyos/disabled");
        assertThat(translation.files()).anyMatch(file -> file.path().startsWith("hooks.d/"));
    }

    @Test
    void aVariableInAPassphraseOfRcConfIsTold() {
        assertThat(told("rc.conf/shell")).anyMatch(line -> line.startsWith("shell:4: pass: a shell puts something"));
    }

    /** Beside virtual hosts it waits as a comment; alone it is shown, with the fault that it has here. */
    @Test
    void aStateChannelWhoseDeviceIsMissingIsToldWithTheWayOut() {
        Translation alone = Samples.translate(Samples.ELSEWHERE, "conntrackd/udp.conf");
        assertThat(alone.configuration()).contains("\nsyncdev = \"sync0\"\n");
        assertThat(alone.faults()).singleElement().asString().contains("there is no interface \"sync0\"");
        assertThat(alone.leftovers()).map(Object::toString).anyMatch(line -> line.contains("--rename sync0=NAME"));
        Translation beside = Samples.translate(Samples.ELSEWHERE, "keepalived/pair.conf", "conntrackd/udp.conf");
        assertThat(beside.faults()).isEmpty();
        assertThat(beside.configuration()).contains("\n# syncdev = \"sync0\"\n");
    }

    /** Both nodes need the same key, so a new one is made once and told of. */
    @Test
    void aStateChannelGetsANewKey() {
        Translation translation = Samples.translate(Samples.ROUTER, "conntrackd/udp.conf");
        assertThat(Samples.file(translation, "sync.key")).matches("[A-Za-z0-9+/]{43}=\n");
        assertThat(told("conntrackd/udp.conf")).anyMatch(line -> line.contains("copy sync.key"));
    }

    @Test
    void eachProcessOfUcarpIsAVirtualHost() {
        Configuration configuration = Samples.configuration("ucarp/start.sh");
        VirtualHostConfiguration first = Samples.host(configuration, "eth0");
        assertThat(List.of(first.vhid(), first.advbase(), first.advskew())).containsExactly(1, 1, 10);
        assertThat(Samples.pass(first)).isEqualTo("s3cr-one");
        assertThat(Samples.addresses(first)).containsExactly("10.1.1.252/32");
        assertThat(first.attachment().mac()).isEqualTo(MacMode.INTERFACE);
        VirtualHostConfiguration second = Samples.host(configuration, "eth1");
        assertThat(List.of(second.vhid(), second.advbase(), second.advskew())).containsExactly(2, 2, 254);
        assertThat(Samples.pass(second)).isEqualTo("s3cr two");
        assertThat(first.group()).isNotEqualTo(second.group());
        assertThat(told("ucarp/start.sh")).anyMatch(line -> line.startsWith("start.sh:3: upscript /etc/vip-up.sh: "));
    }

    @Test
    void ucarpsCommandLinesHaveTheVariablesOfTheirScript() {
        Translation translation = Samples.translate(Samples.ROUTER, "ucarp/variables.sh");
        VirtualHostConfiguration host = Samples.host(Samples.configuration(translation, Samples.ROUTER), "eth0");
        assertThat(Samples.addresses(host)).containsExactly("10.3.3.1/32");
        assertThat(Samples.pass(host)).isEqualTo("s3cr three");
        assertThat(host.advskew()).isEqualTo(254);
        assertThat(told("ucarp/variables.sh"))
                .anyMatch(line -> line.startsWith("variables.sh:10: advskew 255: "))
                .anyMatch(line -> line.startsWith("variables.sh:12: srcip: a shell puts something else"))
                .anyMatch(line -> line.startsWith("variables.sh:3: lines 3, 8 to 9, 13: "));
    }

    @Test
    void ucarpIsFoundInTheLinesOfAStanzaAndTheRestOfTheNetworkIsLeft() {
        VirtualHostConfiguration host = Samples.host(Samples.configuration("interfaces/commands"), "eth0");
        assertThat(Samples.addresses(host)).containsExactly("10.5.0.1/32");
        assertThat(Samples.pass(host)).isEqualTo("s3cr five");
        assertThat(told("interfaces/commands"))
                .anyMatch(line -> line.startsWith("commands:2: lines 2 to 10, 12 to 19: the host's own network"));
    }

    @Test
    void freeBsdsRangesAreEachOfTheirAddresses() {
        Configuration configuration = Samples.configuration("rc.conf/ranges");
        VirtualHostConfiguration inner = Samples.host(configuration, "vtnet1-8");
        assertThat(Samples.addresses(inner))
                .containsExactly(
                        "10.8.0.1/24",
                        "10.8.0.10/32",
                        "10.8.0.11/32",
                        "10.8.0.12/32",
                        "fd08::a/64",
                        "fd08::b/64",
                        "fd08::c/64");
        assertThat(Samples.host(configuration, "vtnet1").attachment().peers())
                .map(AddressText::format)
                .containsExactly("2001:db8:7::3");
        assertThat(told("rc.conf/ranges"))
                .anyMatch(line -> line.startsWith("ranges:3: lines 3 to 5, 7, 11 to 12, 14: not of CARP or pfsync"))
                .anyMatch(line -> line.startsWith("ranges:13: pfsync_syncdev: pfsync_enable is not set"));
    }

    @Test
    void ucarpsPasswordFileAndShortenedOptionsAreRead() {
        // The unit names a path from the root of the sources of the tests.
        Translation translation = Samples.translate(Samples.ROUTER, "ucarp/ucarp.service");
        VirtualHostConfiguration host = Samples.host(Samples.configuration(translation, Samples.ROUTER), "eth0");
        assertThat(host.attachment().peers()).map(AddressText::format).containsExactly("224.0.0.99");
        assertThat(Samples.pass(host)).isEqualTo("s3cr from a file");
    }

    @Test
    void debiansStanzasTellTheLengthOfThePrefix() {
        VirtualHostConfiguration simple = Samples.host(Samples.configuration("interfaces/simple"), "eth0");
        assertThat(Samples.addresses(simple)).containsExactly("192.168.1.1/24");
        assertThat(simple.attachment().sources()).map(AddressText::format).containsExactly("192.168.1.10");
        Configuration odd = Samples.configuration("interfaces/odd");
        assertThat(Samples.addresses(Samples.host(odd, "eth1")))
                .as("of the alias")
                .containsExactly("10.9.0.1/32");
        assertThat(Samples.addresses(Samples.host(odd, "eth2")))
                .as("of a file in interfaces.d")
                .containsExactly("10.8.0.1/16");
        assertThat(odd.global().preempt()).isFalse();
        assertThat(Samples.configuration("interfaces/simple").global().preempt())
                .isTrue();
    }

    @Test
    void freeBsdsAliasesOfOneVhidAreOneVirtualHost() {
        Configuration configuration = Samples.configuration("rc.conf/modern", "sysctl.conf/carp");
        VirtualHostConfiguration wan = Samples.host(configuration, "em0");
        assertThat(List.of(wan.vhid(), wan.advskew())).containsExactly(1, 100);
        assertThat(Samples.addresses(wan)).containsExactly("203.0.113.1/32", "203.0.113.10/32");
        VirtualHostConfiguration six = Samples.host(configuration, "em0-11");
        assertThat(Samples.addresses(six)).containsExactly("2001:db8:1::1/64");
        assertThat(six.advbase()).isEqualTo(2);
        assertThat(Samples.pass(six)).isEqualTo("s3cr-six");
        assertThat(Samples.addresses(Samples.host(configuration, "em1"))).containsExactly("10.0.0.1/24", "10.0.0.5/32");
        VirtualHostConfiguration vlan = Samples.host(configuration, "em1.100");
        assertThat(vlan.carpdev()).isEqualTo("em1.100");
        assertThat(vlan.attachment().peers()).map(AddressText::format).containsExactly("10.100.0.3");
        assertThat(configuration.node().name()).isEqualTo("fw-a.example.org");
        assertThat(configuration.global().preempt()).isTrue();
        PfsyncConfiguration pfsync = configuration.pfsync().orElseThrow();
        assertThat(pfsync.syncdevs()).containsExactly("em2");
        assertThat(pfsync.maxupd()).isEqualTo(64);
        assertThat(pfsync.syncpeers()).map(AddressText::format).containsExactly("192.0.2.2");
    }

    @Test
    void freeBsdsOldCarpInterfacesAreOnTheInterfaceOfTheirNetwork() {
        Configuration configuration = Samples.configuration("rc.conf/old");
        assertThat(Samples.host(configuration, "carp0").carpdev()).isEqualTo("fxp0");
        assertThat(Samples.host(configuration, "carp1").carpdev()).isEqualTo("fxp1");
        assertThat(Samples.addresses(Samples.host(configuration, "carp1")))
                .containsExactly("10.0.0.50/8", "10.0.0.51/32");
        assertThat(configuration.pfsync()).isEmpty();
        assertThat(told("rc.conf/old"))
                .anyMatch(line -> line.startsWith("old:10: carp2: left out: no interface"))
                .anyMatch(line -> line.contains("net.inet.carp.preempt"));
    }

    @Test
    void openBsdsInterfacesAreVirtualHosts() {
        Configuration configuration = Samples.configuration(
                "hostname.if/hostname.carp0", "hostname.if/hostname.carp1", "hostname.if/hostname.pfsync0");
        VirtualHostConfiguration first = Samples.host(configuration, "carp0");
        assertThat(first.carpdev()).isEqualTo("em0");
        assertThat(first.advskew()).isEqualTo(100);
        assertThat(Samples.addresses(first)).containsExactly("203.0.113.1/24", "203.0.113.10/32", "2001:db8:1::1/64");
        assertThat(first.downTimer()).isEqualTo(DownTimer.OPENBSD);
        VirtualHostConfiguration second = Samples.host(configuration, "carp1");
        assertThat(Samples.pass(second)).isEqualTo("s3cr two words");
        assertThat(Samples.addresses(second)).containsExactly("10.0.0.1/24");
        assertThat(second.attachment().peers()).map(AddressText::format).containsExactly("10.0.0.3");
        assertThat(configuration.pfsync().orElseThrow().maxupd()).isEqualTo(64);
        assertThat(told("hostname.if/hostname.carp0"))
                .anyMatch(line -> line.startsWith("hostname.carp0:6: a command: "));
    }

    @Test
    void openBsdsCarpnodesAreBalancingByPacketOrByArp() {
        Configuration stealth = Samples.configuration("hostname.if/hostname.carp2");
        assertThat(stealth.virtualHosts())
                .singleElement()
                .extracting(VirtualHostConfiguration::balancing)
                .isEqualTo(
                        Optional.of(new BalancingConfiguration(Mode.IP_STEALTH, new TreeMap<>(Map.of(3, 0, 4, 100)))));
        Configuration arp = Samples.configuration("hostname.if/hostname.carp3");
        assertThat(arp.global().arpbalance()).isTrue();
        assertThat(arp.virtualHosts()).map(VirtualHostConfiguration::vhid).containsExactly(5, 6);
        assertThat(arp.virtualHosts()).map(VirtualHostConfiguration::advskew).containsExactly(0, 100);
        assertThat(arp.virtualHosts()).map(Samples::addresses).containsOnly(List.of("10.2.0.1/24"));
    }

    @Test
    void pfSensesVirtualIpsAndSync() {
        Configuration configuration = Samples.configuration("pfsense/config.xml");
        VirtualHostConfiguration wan = Samples.host(configuration, "wan");
        assertThat(wan.carpdev()).isEqualTo("em0");
        assertThat(Samples.addresses(wan))
                .as("with the alias on it")
                .containsExactly("203.0.113.1/24", "203.0.113.10/32");
        assertThat(Samples.pass(wan)).isEqualTo("s3cr&pf");
        assertThat(Samples.host(configuration, "lan").vhid()).isEqualTo(2);
        assertThat(configuration.pfsync().orElseThrow().syncdevs()).containsExactly("em2");
        assertThat(told("pfsense/config.xml"))
                .anyMatch(line -> line.startsWith("config.xml:43: proxyarp 203.0.113.64/28 on wan: "))
                .anyMatch(line -> line.startsWith("config.xml:51: synchronizetoip: "));
    }

    @Test
    void pfSensesCarpPackage() {
        Configuration configuration = Samples.configuration("pfsense/package.xml");
        assertThat(configuration.global().arpbalance()).isTrue();
        assertThat(configuration.global().preempt()).isTrue();
        VirtualHostConfiguration lan = Samples.host(configuration, "lan");
        assertThat(lan.carpdev()).isEqualTo("sis0");
        assertThat(Samples.addresses(lan)).containsExactly("192.168.1.254/24");
        assertThat(Samples.pass(lan)).isEqualTo("s3cr-pkg");
        assertThat(Samples.host(configuration, "opt1").advskew()).isEqualTo(30);
        assertThat(configuration.pfsync().orElseThrow().syncdevs()).containsExactly("sis2");
        assertThat(told("pfsense/package.xml")).anyMatch(line -> line.startsWith("package.xml:27: "));
    }

    @Test
    void opnSensesVirtualIpsAndSync() {
        Configuration configuration = Samples.configuration("opnsense/config.xml");
        VirtualHostConfiguration wan = Samples.host(configuration, "wan");
        assertThat(Samples.addresses(wan)).containsExactly("198.51.100.1/24", "198.51.100.20/32");
        assertThat(wan.attachment().peers()).map(AddressText::format).containsExactly("198.51.100.3");
        assertThat(Samples.host(configuration, "lan").attachment().peers())
                .as("CARP's own groups")
                .isEmpty();
        assertThat(configuration.global().preempt()).isFalse();
        assertThat(configuration.pfsync().orElseThrow().syncdevs()).containsExactly("vtnet2");
    }

    @Test
    void vyosCommands() {
        Translation translation = Samples.translate(Samples.ROUTER, "vyos/commands");
        Configuration configuration = Samples.configuration(translation, Samples.ROUTER);
        VirtualHostConfiguration wan = Samples.host(configuration, "WAN");
        assertThat(List.of(wan.vhid(), wan.advskew())).containsExactly(10, 54);
        assertThat(Samples.pass(wan)).isEqualTo("s3cr-vy");
        assertThat(wan.group()).as("all in one sync group").isEmpty();
        VirtualHostConfiguration lan = Samples.host(configuration, "LAN");
        assertThat(lan.carpdev()).isEqualTo("eth1.100");
        assertThat(lan.attachment().mac()).isEqualTo(MacMode.VIRTUAL);
        assertThat(Samples.file(translation, "hooks.d/50-WAN")).contains("/config/scripts/master.sh fast");
        PfsyncConfiguration pfsync = configuration.pfsync().orElseThrow();
        assertThat(pfsync.syncpeers()).map(AddressText::format).containsExactly("192.0.2.2");
        assertThat(pfsync.filter().protocols())
                .containsExactlyInAnyOrder(Protocol.TCP, Protocol.UDP, Protocol.ICMP, Protocol.ICMPV6);
        assertThat(configuration.track().interfaces()).hasSize(1);
        assertThat(translation.configuration()).contains("# Not in force: /config/scripts/check.sh cannot be run");
    }

    @Test
    void vyosBracesAndVyattasOlderForm() {
        Configuration braces = Samples.configuration("vyos/config.boot");
        VirtualHostConfiguration lan = Samples.host(braces, "LAN");
        assertThat(List.of(lan.vhid(), lan.advbase())).containsExactly(20, 2);
        assertThat(braces.global().preempt()).isFalse();
        assertThat(braces.node().name()).isEqualTo("vyos-b");
        assertThat(braces.virtualHosts()).hasSize(1);
        Configuration vyatta = Samples.configuration("vyos/vyatta");
        assertThat(Samples.host(vyatta, "eth0-99").carpdev()).isEqualTo("eth0");
        assertThat(Samples.host(vyatta, "eth1.20-5").carpdev()).isEqualTo("eth1.20");
    }
}
