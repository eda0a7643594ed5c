// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.TestNetwork;
import io.mirrorcarp.netio.nftables.Rule.Base;
import io.mirrorcarp.netio.nftables.Rule.Comparison;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel has is read through nft, as an administrator would. */
class OwnedTableTest {
    private static final byte[] MAC = {0, 0, 0x5e, 0, 1, 0x2a};
    private static final ElementSet MACS = new ElementSet("mac-eth0", DataType.ETHERNET_ADDRESS, null);
    private static final ElementSet MAC_OF =
            new ElementSet("ip4-eth0", DataType.IPV4_ADDRESS, DataType.ETHERNET_ADDRESS);

    private TestNetwork net;
    private String host;

    @BeforeEach
    void topology() {
        net = TestNetwork.create();
        host = net.namespace("a");
        net.veth(host, "eth0", net.namespace("b"), "eth0");
    }

    @AfterEach
    void remove() {
        if (net != null) {
            net.close();
        }
    }

    private OwnedTable open(String comment) throws Exception {
        return NetworkNamespace.within(host, () -> OwnedTable.open(TableFamily.NETDEV, comment));
    }

    private String ruleset() {
        return net.run(host, "nft list ruleset");
    }

    private static void fill(OwnedTable table) throws Exception {
        table.add(MACS)
                .add(MAC_OF)
                .addChain("in-eth0", Hook.INGRESS, "eth0", -500)
                .addRule(
                        "in-eth0",
                        new Rule().load(1, Base.LINK, 0, 6).isIn(1, MACS).setPacketTypeHost())
                .addChain("out-eth0", Hook.EGRESS, "eth0", -500)
                .addRule(
                        "out-eth0",
                        new Rule()
                                .etherType(0x0800)
                                .load(1, Base.NETWORK, 12, 4)
                                .map(1, MAC_OF, 2)
                                .store(2, Base.LINK, 6, 6))
                .addRule(
                        "out-eth0",
                        new Rule()
                                .ipProtocol(17)
                                .load(1, Base.TRANSPORT, 0, 2)
                                .compare(1, Comparison.EQUAL, (byte) 0, (byte) 9)
                                .drop())
                .addElement(MACS, MAC)
                .addElement(MAC_OF, new byte[] {10, 9, 0, 1}, MAC)
                .commit("fill");
    }

    @Test
    void nftShowsTheTableWithItsOwnerItsChainsAndItsElements() throws Exception {
        try (OwnedTable table = open("carpd of fw-a")) {
            fill(table);
            assertThat(ruleset())
                    .contains("table netdev " + table.name())
                    .contains("flags owner")
                    .contains("comment \"carpd of fw-a\"")
                    .contains("hook ingress device \"eth0\" priority -500; policy accept;")
                    .contains("@ll,0,48 @mac-eth0 meta pkttype set host")
                    .contains("hook egress device \"eth0\"")
                    .contains("@ll,48,48 set ip saddr map @ip4-eth0")
                    .contains("udp sport 9 drop")
                    .contains("elements = { 00:00:5e:00:01:2a }")
                    .contains("10.9.0.1 : 00:00:5e:00:01:2a");
            table.deleteElement(MACS, MAC).deleteChain("out-eth0").commit("take away");
            assertThat(ruleset()).doesNotContain("elements = { 00:00:5e:00:01:2a }", "hook egress");
        }
        assertThat(ruleset()).isEmpty();
    }

    @Test
    void nobodyElseRemovesItAndItGoesWithItsOwner() throws Exception {
        OwnedTable table = open("");
        fill(table);
        net.run(host, "nft flush ruleset");
        assertThat(ruleset()).contains("mac-eth0");
        assertThatThrownBy(() -> net.run(host, "nft delete table netdev " + table.name()))
                .hasMessageContaining("Operation not permitted");
        table.close();
        assertThat(ruleset()).isEmpty();
    }

    @Test
    void twoOwnersHaveTablesOfTheirOwn() throws Exception {
        try (OwnedTable one = open("one");
                OwnedTable other = open("other")) {
            fill(one);
            fill(other);
            assertThat(one.name()).isNotEqualTo(other.name());
            assertThat(ruleset()).contains(one.name(), other.name());
        }
    }

    @Test
    void ofAChangeThatIsRefusedNothingIsDone() throws Exception {
        try (OwnedTable table = open("")) {
            fill(table);
            String before = ruleset();
            table.addElement(MACS, new byte[] {2, 0, 0, 0, 0, 1}).deleteElement(MACS, new byte[] {2, 0, 0, 0, 0, 9});
            assertThatThrownBy(() -> table.commit("change")).hasMessageContaining("change: ENOENT");
            assertThat(ruleset()).isEqualTo(before);
            table.addElement(MACS, new byte[] {2, 0, 0, 0, 0, 1}).commit("change again");
            assertThat(ruleset()).contains("02:00:00:00:00:01");
        }
    }

    @Test
    void aChainOnAnInterfaceThatDoesNotExistIsRefused() throws Exception {
        try (OwnedTable table = open("x".repeat(300))) {
            table.addChain("in-eth7", Hook.INGRESS, "eth7", -500).deleteChain("none");
            assertThatThrownBy(() -> table.commit("add a chain to eth7")).hasMessageContaining("eth7: ENOENT");
            assertThat(ruleset()).doesNotContain("in-eth7");
        }
    }

    @Test
    void aCommitWithoutChangesDoesNothing() throws Exception {
        try (OwnedTable table = open("")) {
            table.commit("nothing");
            assertThat(ruleset()).contains(table.name());
        }
    }
}
