// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.ctl.files.NewFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Several nodes that all work: who is preferred for what, and what is written for each. */
class SpreadTest {
    private static final List<String> FOUR = List.of("fw-a", "fw-b", "fw-c", "fw-d");

    private static List<String> order(Spread spread, int group) {
        return spread.nodes().stream()
                .sorted(Comparator.comparingInt(node -> spread.advskew(node, group)))
                .toList();
    }

    private static String master(Spread spread, int group, String dead) {
        return order(spread, group).stream()
                .filter(node -> !node.equals(dead))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void noTwoNodesAreEquallyPreferredAndEachHasItsShare() {
        for (int nodes = 2; nodes <= Spread.MOST_NODES; nodes++) {
            List<String> names =
                    IntStream.range(0, nodes).mapToObj(node -> "n" + node).toList();
            int groups = nodes * (nodes - 1);
            Spread spread = new Spread(names, groups);
            Map<String, Integer> shares = new TreeMap<>();
            for (int group = 0; group < groups; group++) {
                int of = group;
                assertThat(names.stream().map(name -> spread.advskew(name, of)))
                        .doesNotHaveDuplicates()
                        .allMatch(skew -> skew >= 0 && skew < 240)
                        .contains(0);
                shares.merge(order(spread, group).get(0), 1, Integer::sum);
            }
            assertThat(shares.values()).as("%d nodes", nodes).hasSize(nodes).containsOnly(nodes - 1);
        }
    }

    @Test
    void theGroupsOfADeadNodeAreDealtToAllOthers() {
        Spread spread = new Spread(FOUR, 12);
        Map<String, Integer> heirs = new TreeMap<>();
        for (int group = 0; group < 12; group++) {
            if (master(spread, group, "").equals("fw-b")) {
                heirs.merge(master(spread, group, "fw-b"), 1, Integer::sum);
            } else {
                assertThat(master(spread, group, "fw-b")).isEqualTo(master(spread, group, ""));
            }
        }
        assertThat(heirs)
                .containsOnlyKeys("fw-a", "fw-c", "fw-d")
                .containsValues(1)
                .hasSize(3);
    }

    private static Segment segment(String name, String carpdev, boolean outside, String... addresses) {
        List<AddressPrefix> prefixes = new ArrayList<>();
        Arrays.stream(addresses)
                .forEach(address -> prefixes.add(
                        new AddressPrefix(AddressText.parse(address).orElseThrow(), address.contains(":") ? 64 : 24)));
        return new Segment(name, carpdev, prefixes, outside);
    }

    private static final String[] OUTSIDE = {"203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"};
    private static final String[] OUTSIDE_6 = {"2001:db8:1::1", "2001:db8:1::2", "2001:db8:1::3", "2001:db8:1::4"};

    private static Map<String, String> files(String... inside) {
        return files(OUTSIDE, inside);
    }

    private static Map<String, String> files(String[] outside, String... inside) {
        List<Segment> segments = List.of(segment("wan", "wan0", true, outside), segment("lan", "lan0", false, inside));
        Spread spread = Spread.over(FOUR, segments);
        assertThat(spread.problem(segments)).isEmpty();
        SetupPlan plan = new SetupPlan("fw-a", segments, List.of("sync0"), 1, 22, Optional.of(spread));
        Map<String, String> files = new TreeMap<>();
        for (NewFile file : SetupFiles.of(plan)) {
            files.put(file.path(), new String(file.content().bytes(), StandardCharsets.UTF_8));
        }
        return files;
    }

    private static String[] both(String[] some, String... others) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(others)).toArray(String[]::new);
    }

    private static String problem(String[] outside, String... inside) {
        List<Segment> segments = List.of(segment("wan", "wan0", true, outside), segment("lan", "lan0", false, inside));
        return Spread.over(FOUR, segments).problem(segments).orElse("none");
    }

    @Test
    void eachNodeHasAConfigurationAndEachGroupItsTranslation() {
        Map<String, String> files = files("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4");
        assertThat(files)
                .containsKeys("carpd.toml", "carpd.fw-b.toml", "carpd.fw-c.toml", "carpd.fw-d.toml")
                .doesNotContainKeys("carpd.fw-a.toml", "iptables.rules", "ip6tables.rules");
        assertThat(files.get("carpd.fw-b.toml")).contains("name = \"fw-b\"").contains("""
                        [carp.lan-2]
                        vhid = 4
                        group = "2"
                        carpdev = "lan0"
                        advskew = 0
                        passFile = "carp.key"
                        address = ["10.0.0.2/24"]
                        """);
        assertThat(files.get("carpd.toml")).doesNotContain("arpbalance").contains("""
                        group = "2"
                        carpdev = "lan0"
                        advskew = 45
                        """);
        assertThat(files.get("nftables.conf"))
                .contains("ip saddr 10.0.0.0/24 ether daddr 00:00:5e:00:01:02 snat ip to 203.0.113.1\n")
                .contains("ip saddr 10.0.0.0/24 ether daddr 00:00:5e:00:01:08 snat ip to 203.0.113.4\n");
    }

    @Test
    void oneAddressInsideIsSharedByArpbalance() {
        Map<String, String> files = files("10.0.0.1");
        assertThat(files.get("carpd.fw-d.toml")).contains("arpbalance = true\n").contains("""
                        [carp.lan-3]
                        vhid = 6
                        group = "3"
                        carpdev = "lan0"
                        advskew = 15
                        passFile = "carp.key"
                        address = ["10.0.0.1/24"]
                        """);
    }

    @Test
    void privateIpv6HostsLeaveWithTheAddressOfTheirGroup() {
        Map<String, String> files =
                files(both(OUTSIDE, OUTSIDE_6), "10.0.0.1", "fd00:1::1", "fd00:1::2", "fd00:1::3", "fd00:1::4");
        assertThat(files.get("nftables.conf"))
                .contains("ip saddr 10.0.0.0/24 ether daddr 00:00:5e:00:01:08 snat ip to 203.0.113.4\n")
                .contains("ip6 saddr fd00:1::/64 ether daddr 00:00:5e:00:01:02 snat ip6 to 2001:db8:1::1\n")
                .contains("ip6 saddr fd00:1::/64 ether daddr 00:00:5e:00:01:08 snat ip6 to 2001:db8:1::4\n");
        assertThat(files.get("carpd.fw-c.toml"))
                .contains("address = [\"10.0.0.1/24\", \"fd00:1::3/64\"]")
                .contains("address = [\"203.0.113.3/24\", \"2001:db8:1::3/64\"]")
                .doesNotContain("hold");
        assertThat(files.get("sysctl.conf")).contains("net.ipv6.conf.all.forwarding = 1");
    }

    /** What leaves by any node with its own address is answered by one. */
    @Test
    void globalIpv6HostsHaveTheirPacketsHeld() {
        Map<String, String> files = files(
                both(OUTSIDE, "2001:db8:1::1"),
                "10.0.0.1",
                "2001:db8:2::1",
                "2001:db8:2::2",
                "2001:db8:2::3",
                "2001:db8:2::4");
        assertThat(files.get("carpd.toml")).contains("hold = \"auto\"\n");
        assertThat(files.get("nftables.conf")).doesNotContain("snat ip6");
    }

    @Test
    void oneIpv6AddressInEachNetworkIsServedByTheFirstGroup() {
        Map<String, String> files = files(both(OUTSIDE, "2001:db8:1::1"), "10.0.0.1", "2001:db8:2::1");
        assertThat(files.get("carpd.fw-b.toml"))
                .containsOnlyOnce("2001:db8:1::1")
                .containsOnlyOnce("2001:db8:2::1")
                .contains("address = [\"10.0.0.1/24\", \"2001:db8:2::1/64\"]")
                .doesNotContain("hold");
    }

    @Test
    void ipv6AloneWillDo() {
        assertThat(files(OUTSIDE_6, "fd00:1::1", "fd00:1::2", "fd00:1::3", "fd00:1::4")
                        .get("carpd.toml"))
                .doesNotContain("arpbalance")
                .contains("address = [\"fd00:1::4/64\"]");
    }

    @Test
    void addressesThatDoNotServeAreNamed() {
        assertThat(problem(OUTSIDE, "10.0.0.1", "10.0.0.2"))
                .isEqualTo(
                        "lan0 has 2 virtual IPv4 addresses: it needs 4, one for each group, or one that the groups share");
        assertThat(problem(OUTSIDE, "10.0.0.1", "fd00:1::1", "fd00:1::2"))
                .isEqualTo("lan0 has 2 virtual IPv6 addresses: it needs 4, one for each group, or one, which the first"
                        + " group serves");
        assertThat(problem(OUTSIDE, "fd00:1::1")).startsWith("lan0 has no address for each of the 4 groups");
        assertThat(problem(both(OUTSIDE, "2001:db8::1"), "10.0.0.1", "fd00::1", "fd00::2", "fd00::3", "fd00::4"))
                .startsWith("wan0 has 1 virtual IPv6 address: the private ones inside are translated, so it needs 4");
        assertThat(problem(OUTSIDE, "10.0.0.1", "fe80::1")).startsWith("lan0 has a virtual address of the link");
        assertThat(problem(new String[] {"203.0.113.1"}, "10.0.0.1"))
                .startsWith("4 nodes that work at the same time need 4 addresses");
    }

    @Test
    void onlyTheNodesThatAreNamedGetTheirs() throws Exception {
        List<NewFile> all = new ArrayList<>();
        files("10.0.0.1").forEach((name, text) -> all.add(SetupFiles.text(name, text)));
        PairFile pair = new PairFile("fw-a", Map.of(), all);
        HostDevices host = new HostDevices(List.of(), Optional.empty());
        List<NewFile> third = new PairImport(pair, host, Map.of(), "fw-c").files();
        assertThat(third)
                .filteredOn(file -> file.path().equals("carpd.toml"))
                .singleElement()
                .satisfies(file -> assertThat(new String(file.content().bytes(), StandardCharsets.UTF_8))
                        .isEqualTo(files("10.0.0.1").get("carpd.fw-c.toml")));
        assertThat(third).noneMatch(file -> file.path().startsWith("carpd.fw-"));
        assertThatThrownBy(() -> new PairImport(pair, host, Map.of(), "router").files())
                .isInstanceOf(SetupFault.class)
                .hasMessageContaining("the file is for fw-b, fw-c, fw-d: say which one with --name");
    }
}
