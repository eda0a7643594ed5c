// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.config.Configuration;
import io.mirrorcarp.daemon.config.parser.ConfigurationParser;
import io.mirrorcarp.daemon.config.parser.ConfigurationResult;
import io.mirrorcarp.daemon.config.parser.FakeSurroundings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each fault of a host is found under its code, and a host as it should be has none. */
class HostExaminationTest {
    private static final long ALL_RIGHTS = -1;
    private static final long WITHOUT_NET_ADMIN = ~(1L << 12);

    private final Map<String, String> settings = new HashMap<>(Map.of(
            "ipv4/ip_forward", "1",
            "ipv6/conf/all/forwarding", "1",
            "netfilter/nf_conntrack_events", "1",
            "netfilter/nf_conntrack_tcp_loose", "0",
            "netfilter/nf_conntrack_tcp_be_liberal", "0",
            "ipv4/ip_nonlocal_bind", "0",
            "ipv6/ip_nonlocal_bind", "0",
            "ipv4/conf/all/arp_ignore", "0",
            "ipv4/conf/lan0/arp_ignore", "1"));
    private Set<String> interfaces = Set.of("lo", "lan0", "wan0", "sync0");
    private List<HostFacts.Address> addresses = List.of();
    private Map<String, HostFacts.Bridge> bridges = Map.of();
    private Map<String, Integer> portStates = Map.of();
    private List<HostFacts.Program> processes = List.of(new HostFacts.Program(1, "systemd"));
    private Set<String> fixed = Set.of();
    private HostFacts.Permissions permissions = new HostFacts.Permissions(ALL_RIGHTS, List.of(), false, true);
    private Optional<Boolean> natHook = Optional.of(true);

    private List<Diagnosis> findings() {
        return HostExamination.findings(
                configuration(),
                new HostFacts(
                        settings, fixed, interfaces, addresses, bridges, portStates, processes, permissions, natHook));
    }

    private List<String> codes() {
        return findings().stream().map(Diagnosis::code).toList();
    }

    @Test
    void nothingIsFoundOnAHostAsItShouldBe() {
        assertThat(findings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ipv4/ip_forward, 0, forwarding-off",
        "ipv6/conf/all/forwarding, 0, forwarding-off",
        "netfilter/nf_conntrack_events, 0, conntrack-events",
        "netfilter/nf_conntrack_events, 2, conntrack-events",
        "netfilter/nf_conntrack_tcp_loose, 1, tcp-loose",
        "ipv4/conf/all/arp_ignore, 8, arp-ignore",
        "ipv4/conf/lan0/arp_ignore, 8, arp-ignore",
    })
    void aSettingInTheWayIsNamedWithTheCommandThatMendsIt(String path, String value, String code) {
        settings.put(path, value);
        assertThat(codes()).containsExactly(code);
        String name = "net." + path.replace('/', '.');
        assertThat(findings().get(0).text()).contains(name);
        assertThat(findings().get(0).todo()).contains("sysctl -w " + name);
    }

    @ParameterizedTest
    @CsvSource({"rp_filter, rp-filter", "arp_filter, arp-filter"})
    void aSettingThatSilencesOneOfTwoWaysIntoANetworkIsNamedWhereThereAreTwo(String setting, String code)
            throws UnknownHostException {
        settings.put("ipv4/conf/all/" + setting, "1");
        assertThat(codes()).as("one way").isEmpty();
        addresses = List.of(new HostFacts.Address("eth7", InetAddress.getByName("10.0.0.77"), true));
        assertThat(codes()).containsExactly(code);
        assertThat(findings().get(0).text()).contains(setting).contains("eth7").contains("10.0.0.77");
        settings.put("ipv4/conf/all/" + setting, "0");
        settings.put("ipv4/conf/lan0/" + setting, "2");
        assertThat(codes()).as("loose, or off").isEmpty();
    }

    @Test
    void aKernelWithoutConnectionTrackingIsToldOnce() {
        settings.keySet().removeIf(path -> path.startsWith("netfilter/"));
        assertThat(codes()).containsExactly("conntrack-missing");
    }

    @Test
    void aVirtualAddressThatIsConfiguredByHandIsNamedAndOneOnLeaseIsNot() throws UnknownHostException {
        InetAddress virtual = InetAddress.getByName("10.0.0.1");
        addresses = List.of(new HostFacts.Address("lan0", virtual, false));
        assertThat(codes()).as("on lease").isEmpty();
        addresses = List.of(new HostFacts.Address("eth7", virtual, true));
        assertThat(codes()).containsExactly("address-by-hand");
        assertThat(findings().get(0).todo()).contains("ip address del 10.0.0.1 dev eth7");
    }

    @Test
    void rivalsOnTheHostAreNamedWithTheirPids() {
        processes = List.of(new HostFacts.Program(417, "keepalived"), new HostFacts.Program(418, "conntrackd"));
        assertThat(codes()).containsExactly("other-daemon", "other-daemon");
        assertThat(findings().get(0).text()).contains("keepalived (pid 417)");
    }

    @Test
    void missingInterfacesAreNamed() {
        interfaces = Set.of("lo", "lan0");
        assertThat(codes()).containsExactlyInAnyOrder("carpdev-missing", "syncdev-missing");
    }

    @Test
    void aMissingRightIsNamed() {
        permissions = new HostFacts.Permissions(WITHOUT_NET_ADMIN, List.of("socket(AF_PACKET)"), true, true);
        assertThat(codes()).containsExactly("missing-right");
        assertThat(findings().get(0).text()).contains("CAP_NET_ADMIN");
    }

    @Test
    void aFilterOfSystemCallsAndANetworkOfOthersAreToldApart() {
        permissions = new HostFacts.Permissions(ALL_RIGHTS, List.of("recvmmsg"), true, true);
        assertThat(codes()).containsExactly("seccomp");
        assertThat(findings().get(0).text()).contains("filter").contains("recvmmsg");
        permissions = new HostFacts.Permissions(ALL_RIGHTS, List.of("socket(AF_PACKET)"), false, true);
        assertThat(codes()).containsExactly("seccomp");
        assertThat(findings().get(0).text()).doesNotContain("filter");
        assertThat(findings().get(0).todo()).contains("network namespace of its own");
    }

    @Test
    void withoutRealTimePriorityItIsToldWhichRightItTakes() {
        permissions = new HostFacts.Permissions(ALL_RIGHTS, List.of(), true, false);
        assertThat(codes()).containsExactly("real-time");
        assertThat(findings().get(0).todo()).contains("CAP_SYS_NICE");
        permissions = new HostFacts.Permissions(ALL_RIGHTS, List.of("sched_setscheduler"), true, false);
        assertThat(codes()).containsExactly("real-time");
        assertThat(findings().get(0).todo()).contains("sched_setscheduler").doesNotContain("CAP_SYS_NICE");
    }

    @Test
    void settingsThatCannotBeSetAreNamedAllAtOnceAndOnlyThoseThatAreWrong() {
        fixed = Set.of("ipv4/ip_nonlocal_bind", "ipv6/ip_nonlocal_bind", "netfilter/nf_conntrack_tcp_be_liberal");
        settings.put("ipv6/ip_nonlocal_bind", "1");
        assertThat(codes()).containsExactly("sysctl-read-only");
        assertThat(findings().get(0).todo())
                .contains("sysctl -w net.ipv4.ip_nonlocal_bind=1 net.netfilter.nf_conntrack_tcp_be_liberal=1")
                .doesNotContain("ipv6");
        settings.put("ipv4/ip_nonlocal_bind", "1");
        settings.put("netfilter/nf_conntrack_tcp_be_liberal", "1");
        assertThat(codes()).isEmpty();
    }

    @Test
    void aMissingNatHookIsFoundAndAnUnknownOneIsNot() {
        natHook = Optional.of(false);
        assertThat(codes()).containsExactly("no-nat-hook");
        natHook = Optional.empty();
        assertThat(codes()).isEmpty();
    }

    @Test
    void aBridgeThatSnoopsWithoutAQuerierAndAPortInSpanningTreeDelayAreFound() {
        bridges = Map.of("lan0", new HostFacts.Bridge(true, false));
        portStates = Map.of("wan0", 2);
        assertThat(codes()).containsExactlyInAnyOrder("multicast-snooping", "spanning-tree");
        bridges = Map.of("lan0", new HostFacts.Bridge(true, true));
        portStates = Map.of("wan0", 3);
        assertThat(codes()).isEmpty();
    }

    private static Configuration configuration() {
        String text = """
                [carp.lan]
                vhid = 1
                carpdev = "lan0"
                passFile = "carp.key"
                address = ["10.0.0.1/24", "2001:db8::1/64"]
                [carp.wan]
                vhid = 2
                carpdev = "wan0"
                passFile = "carp.key"
                address = ["203.0.113.1/24"]
                [pfsync]
                syncdev = "sync0"
                keys = { 1 = "sync.key" }
                activeKey = 1
                """;
        ConfigurationResult result = ConfigurationParser.parse("carpd.toml", text, new FakeSurroundings());
        assertThat(result.faultLines()).isEmpty();
        return result.configuration().orElseThrow();
    }
}
