// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.carp.FrameCapture;
import io.mirrorcarp.carp.packet.VirtualMac;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.TestNetwork;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * <pre>
 *   router eth0 10.9.0.2/24 fd09::2/64 ---- client eth0 10.9.0.9/24 fd09::9/64
 *          virtual: 10.9.0.1/24 fd09::1/64 and, in a subnet of its own, 10.8.0.1/24
 * </pre>
 */
class KernelAddressesTest {
    private static final int VHID = 42;
    private static final String VIRTUAL_MAC = "00:00:5e:00:01:2a";

    @TempDir
    Path directory;

    private TestNetwork net;
    private String router;
    private String client;
    private Path restoreFile;
    private KernelAddresses addresses;

    @BeforeEach
    void topology() {
        net = TestNetwork.create();
        router = net.namespace("router");
        client = net.namespace("client");
        net.veth(router, "eth0", client, "eth0");
        net.run(router, "ip addr add 10.9.0.2/24 dev eth0");
        net.run(router, "ip addr add fd09::2/64 dev eth0 nodad");
        net.run(client, "ip addr add 10.9.0.9/24 dev eth0");
        net.run(client, "ip addr add fd09::9/64 dev eth0 nodad");
        restoreFile = directory.resolve("run/restore");
        addresses = new KernelAddresses(restoreFile);
    }

    @AfterEach
    void remove() {
        if (net != null) {
            net.close();
        }
    }

    private static VirtualAddress virtual(String text) throws Exception {
        List<String> parts = List.of(text.split("/", -1));
        return new VirtualAddress(InetAddress.getByName(parts.get(0)), Integer.parseInt(parts.get(1)));
    }

    private static AddressPlan plan(String... texts) throws Exception {
        List<VirtualAddress> list = new ArrayList<>();
        for (String text : texts) {
            list.add(virtual(text));
        }
        return new AddressPlan(VHID, "eth0", list);
    }

    private <T> T inRouter(Callable<T> action) throws Exception {
        return NetworkNamespace.within(router, action);
    }

    private HeldAddresses prepareAndTake(AddressPlan plan) throws Exception {
        return inRouter(() -> {
            addresses.prepare("eth0");
            return addresses.take(plan);
        });
    }

    private void rehearse(AddressPlan plan) throws Exception {
        inRouter(() -> {
            addresses.rehearse(plan);
            return true;
        });
    }

    private void release(AddressPlan plan) throws Exception {
        inRouter(() -> {
            addresses.release(plan);
            return true;
        });
    }

    private void restore() throws Exception {
        inRouter(() -> {
            addresses.restore();
            return true;
        });
    }

    private void recover(KernelAddresses other) throws Exception {
        inRouter(() -> {
            other.recover();
            return true;
        });
    }

    /** The MACs that answer the client's ARP request for an address; at least one answer is waited for. */
    private Set<String> arpAnswers(String address) throws Exception {
        return ArpProbe.answers(client, address, "10.9.0.2", true);
    }

    private void assertNoArpAnswer(String address) throws Exception {
        assertThat(ArpProbe.answers(client, address, "10.9.0.2", false)).isEmpty();
    }

    private String sysctl(String name) {
        return net.run(router, "sysctl -n " + name).strip();
    }

    @Test
    void onlyTheVirtualMacAnswersAndOnlyWhileTheAddressIsHeld() throws Exception {
        AddressPlan plan = plan("10.9.0.1/24");
        inRouter(() -> {
            addresses.prepare("eth0");
            return true;
        });
        assertNoArpAnswer("10.9.0.1");
        prepareAndTake(plan);
        assertThat(arpAnswers("10.9.0.1")).containsExactly(VIRTUAL_MAC);
        assertThat(arpAnswers("10.9.0.2")).hasSize(1).doesNotContain(VIRTUAL_MAC);
        assertThat(net.run(client, "ping -c1 -W2 10.9.0.1")).contains("1 received");
        assertThat(net.run(router, "ping -c1 -W2 10.9.0.1")).contains("1 received");
        release(plan);
        assertNoArpAnswer("10.9.0.1");
    }

    @Test
    void aRehearsalFindsWhatATakeoverWouldStumbleOverAndLeavesNothing() throws Exception {
        AddressPlan plan = plan("10.9.0.1/24", "fd09::1/64");
        try (FrameCapture fromVirtualMac = FrameCapture.of(client, "eth0", VirtualMac.of(VHID))) {
            rehearse(plan);
            assertThat(net.run(router, "ip -o link show type macvlan")).isEmpty();
            assertThat(net.run(router, "ping -c1 -W2 10.9.0.9")).contains("1 received");
            assertThat(fromVirtualMac.frames()).isEmpty();
        }
        net.run(router, "ip link add link eth0 name " + macvlan() + " type macvlan mode bridge");
        assertThatThrownBy(() -> rehearse(plan)).hasMessageContaining("exists and is not of this program");
        assertThat(net.run(router, "ip -o link show type macvlan")).contains(macvlan());
    }

    @Test
    void aRehearsalFindsAVirtualMacThatAnotherProgramUses() throws Exception {
        AddressPlan plan = plan("10.9.0.1/24");
        net.run(router, "ip link add link eth0 name vrrp.42 address " + VIRTUAL_MAC + " type macvlan mode bridge");
        rehearse(plan);
        net.run(router, "ip link set vrrp.42 up");
        assertThatThrownBy(() -> rehearse(plan))
                .hasMessageContaining("use " + VIRTUAL_MAC + ", which vrrp.42 has: EADDRINUSE");
        assertThatThrownBy(() -> prepareAndTake(plan)).hasMessageContaining("EADDRINUSE");
    }

    /** With so small an MTU an interface has no IPv6. */
    @Test
    void aRehearsalFindsASettingThatIsRefusedAndLeavesNothing() throws Exception {
        net.run(router, "ip link set eth0 mtu 1000");
        rehearse(plan("10.9.0.1/24"));
        assertThatThrownBy(() -> rehearse(plan("fd09::1/64")))
                .hasMessageContaining("disable the link-local address of interface");
        assertThat(net.run(router, "ip -o link show type macvlan")).isEmpty();
        prepareAndTake(plan("10.9.0.1/24"));
        assertThat(arpAnswers("10.9.0.1")).containsExactly(VIRTUAL_MAC);
    }

    @Test
    void aRehearsalLeavesAddressesThatAreHeldAlone() throws Exception {
        AddressPlan plan = plan("10.9.0.1/24");
        prepareAndTake(plan);
        rehearse(plan);
        assertThat(arpAnswers("10.9.0.1")).containsExactly(VIRTUAL_MAC);
    }

    @Test
    void theAddressAnswersUnderAStrictReversePathFilter() throws Exception {
        net.run(router, "sysctl -qw net.ipv4.conf.all.rp_filter=1");
        prepareAndTake(plan("10.9.0.1/24"));
        assertThat(arpAnswers("10.9.0.1")).containsExactly(VIRTUAL_MAC);
        assertThat(net.run(client, "ping -c1 -W2 10.9.0.1")).contains("1 received");
        assertThat(sysctl("net.ipv4.conf.all.rp_filter")).isEqualTo("1");
    }

    @Test
    void theSubnetsRouteStaysOnTheCarpdevWhereItIsAndComesWithTheMacvlanWhereItIsNot() throws Exception {
        AddressPlan plan = plan("10.9.0.1/24", "10.8.0.1/24");
        String before = net.run(router, "ip route show 10.9.0.0/24");
        prepareAndTake(plan);
        String macvlan = macvlan();
        assertThat(net.run(router, "ip route show 10.9.0.0/24"))
                .isEqualTo(before)
                .contains("dev eth0");
        assertThat(net.run(router, "ip route show 10.8.0.0/24")).contains("dev " + macvlan);
        assertThat(net.run(router, "ip -4 -o addr show dev " + macvlan)).contains("10.9.0.1/32", "10.8.0.1/24");
        release(plan);
        assertThat(net.run(router, "ip route show 10.9.0.0/24")).isEqualTo(before);
        assertThat(net.run(router, "ip route show 10.8.0.0/24")).isEmpty();
    }

    private String macvlan() {
        return "carp" + net.ifindex(router, "eth0") + "." + VHID;
    }

    @Test
    void anIpv6AddressAnswersAtOnceWithTheVirtualMacAndRouterFlagAsForwarding() throws Exception {
        net.run(router, "sysctl -qw net.ipv6.conf.eth0.forwarding=1");
        AddressPlan plan = plan("fd09::1/64");
        HeldAddresses held = prepareAndTake(plan);
        assertThat(held.routesIpv6()).isTrue();
        assertThat(net.run(client, "ping -c1 -W2 fd09::1")).contains("1 received");
        assertThat(net.run(client, "ip neigh show fd09::1"))
                .contains(VIRTUAL_MAC)
                .contains("router");
        assertThat(net.run(router, "ip -6 -o addr show dev " + macvlan()))
                .contains("fd09::1/128")
                .doesNotContain("fe80");
        release(plan);
        assertThat(net.run(router, "ip -6 -o addr show")).doesNotContain("fd09::1/");
    }

    @Test
    void takingIpv6SendsNoDuplicateDetectionAndNoSolicitationAndReleasingSendsNothing() throws Exception {
        AddressPlan plan = plan("10.9.0.1/24", "fd09::1/64");
        try (FrameCapture fromVirtualMac = FrameCapture.of(client, "eth0", VirtualMac.of(VHID))) {
            prepareAndTake(plan);
            assertThat(net.run(client, "ping -c1 -W2 fd09::1")).contains("1 received");
            // The listener report for the solicited-node group is wanted: a switch that snoops needs it.
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> fromVirtualMac.frames().stream().anyMatch(frame -> icmpv6Type(frame) == 143));
            assertThat(fromVirtualMac.frames())
                    .extracting(KernelAddressesTest::icmpv6Type)
                    .doesNotContain(133, 135);
            fromVirtualMac.clear();
            release(plan);
            assertThat(net.run(router, "ping -c1 -W2 10.9.0.9")).contains("1 received");
            assertThat(fromVirtualMac.frames()).isEmpty();
        }
    }

    /** The ICMPv6 type of a frame, behind a hop-by-hop header of eight bytes if there is one; 0 for other frames. */
    private static int icmpv6Type(byte[] frame) {
        if (frame[12] != (byte) 0x86) {
            return 0;
        }
        return frame[20] == 0 ? frame[62] & 0xff : frame[54] & 0xff;
    }

    @Test
    void withoutIpv6AddressesTheMacvlanHasIpv6Off() throws Exception {
        prepareAndTake(plan("10.9.0.1/24"));
        assertThat(sysctl("net/ipv6/conf/" + macvlan() + "/disable_ipv6")).isEqualTo("1");
    }

    @Test
    void theMacvlanForwardsAsItsCarpdevDoes() throws Exception {
        net.run(router, "sysctl -qw net.ipv4.conf.eth0.forwarding=1");
        prepareAndTake(plan("10.9.0.1/24"));
        assertThat(sysctl("net/ipv4/conf/" + macvlan() + "/forwarding")).isEqualTo("1");
        assertThat(sysctl("net/ipv4/conf/" + macvlan() + "/arp_announce")).isEqualTo("2");
        assertThat(sysctl("net/ipv4/conf/" + macvlan() + "/arp_ignore")).isEqualTo("1");
        assertThat(sysctl("net/ipv4/conf/" + macvlan() + "/accept_local")).isEqualTo("1");
        assertThat(sysctl("net/ipv4/conf/" + macvlan() + "/rp_filter")).isEqualTo("2");
        assertThat(sysctl("net/ipv4/conf/" + macvlan() + "/promote_secondaries"))
                .isEqualTo("1");
    }

    @Test
    void theMacvlanDoesNotForwardWhereItsCarpdevDoesNot() throws Exception {
        net.run(router, "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1");
        net.run(router, "sysctl -qw net.ipv4.conf.eth0.forwarding=0 net.ipv6.conf.eth0.forwarding=0");
        HeldAddresses held = prepareAndTake(plan("10.9.0.1/24", "fd09::1/64"));
        assertThat(held.routesIpv6()).isFalse();
        assertThat(sysctl("net/ipv4/conf/" + macvlan() + "/forwarding")).isEqualTo("0");
        assertThat(sysctl("net/ipv6/conf/" + macvlan() + "/forwarding")).isEqualTo("0");
    }

    @Test
    void takingAndReleasingTwiceIsTheSameAsOnce() throws Exception {
        AddressPlan plan = plan("10.9.0.1/24");
        prepareAndTake(plan);
        prepareAndTake(plan);
        assertThat(arpAnswers("10.9.0.1")).containsExactly(VIRTUAL_MAC);
        release(plan);
        release(plan);
        assertThat(net.run(router, "ip -o link show type macvlan")).isEmpty();
    }

    @Test
    void aForeignInterfaceOfThatNameIsNotTouched() throws Exception {
        net.run(router, "ip link add link eth0 name " + macvlan() + " type macvlan mode bridge");
        assertThatThrownBy(() -> prepareAndTake(plan("10.9.0.1/24")))
                .hasMessageContaining("exists and is not of this program");
        release(plan("10.9.0.1/24"));
        recover(new KernelAddresses(restoreFile));
        assertThat(net.run(router, "ip -o link show type macvlan")).contains(macvlan());
    }

    @Test
    void whereAnAddressIsRefusedNothingIsLeft() throws Exception {
        assertThatThrownBy(() -> prepareAndTake(plan("10.9.0.1/24", "ff02::5/64")))
                .hasMessageContaining("add address ff02:0:0:0:0:0:0:5/64");
        assertThat(net.run(router, "ip -o link show type macvlan")).isEmpty();
    }

    @Test
    void settingsAreChangedAndPutBack() throws Exception {
        net.run(router, "sysctl -qw net.ipv4.conf.eth0.arp_announce=1");
        AddressPlan plan = plan("10.9.0.1/24");
        prepareAndTake(plan);
        assertThat(sysctl("net.ipv4.conf.eth0.arp_ignore")).isEqualTo("1");
        assertThat(sysctl("net.ipv4.conf.eth0.arp_announce")).isEqualTo("2");
        release(plan);
        restore();
        assertThat(sysctl("net.ipv4.conf.eth0.arp_ignore")).isEqualTo("0");
        assertThat(sysctl("net.ipv4.conf.eth0.arp_announce")).isEqualTo("1");
        assertThat(restoreFile).doesNotExist();
    }

    @Test
    void aStartAfterACrashRemovesTheMacvlanAndPutsSettingsBack() throws Exception {
        prepareAndTake(plan("10.9.0.1/24"));
        assertThat(Files.readString(restoreFile)).contains("ipv4/conf/eth0/arp_ignore\t0\t1");
        net.run(router, "sysctl -qw net.ipv4.conf.eth0.arp_announce=1");
        recover(new KernelAddresses(restoreFile));
        assertThat(net.run(router, "ip -o link show type macvlan")).isEmpty();
        assertNoArpAnswer("10.9.0.1");
        assertThat(sysctl("net.ipv4.conf.eth0.arp_ignore")).isEqualTo("0");
        assertThat(sysctl("net.ipv4.conf.eth0.arp_announce"))
                .as("changed by somebody else meanwhile")
                .isEqualTo("1");
        assertThat(restoreFile).doesNotExist();
    }

    private static AddressPlan onTheCarpdev(String... texts) throws Exception {
        AddressPlan plan = plan(texts);
        return new AddressPlan(plan.vhid(), plan.carpdev(), plan.addresses(), MacMode.INTERFACE, true);
    }

    private String carpdevAddresses() {
        return net.run(router, "ip -o addr show dev eth0");
    }

    @Test
    void onTheCarpdevAStartAfterACrashRemovesOnlyWhatWasAdded() throws Exception {
        net.run(router, "ip addr add 10.9.0.4/32 dev eth0");
        String before = carpdevAddresses();
        HeldAddresses held = prepareAndTake(onTheCarpdev("10.9.0.1/24", "10.9.0.4/24", "10.8.0.1/24", "fd09::1/64"));
        assertThat(held.mac().toString()).isNotEqualTo(VIRTUAL_MAC);
        assertThat(carpdevAddresses()).contains("10.9.0.1/32", "10.8.0.1/24", "fd09::1/128");
        assertThat(arpAnswers("10.9.0.1")).hasSize(1).doesNotContain(VIRTUAL_MAC);
        recover(new KernelAddresses(restoreFile));
        assertThat(carpdevAddresses()).isEqualTo(before);
        assertThat(restoreFile.resolveSibling(restoreFile.getFileName() + ".addresses"))
                .doesNotExist();
    }

    @Test
    void onTheCarpdevAReleaseLeavesWhatWasThereAndARefusedAddressLeavesNothing() throws Exception {
        String before = carpdevAddresses();
        AddressPlan plan = onTheCarpdev("10.9.0.1/24", "fd09::1/64");
        prepareAndTake(plan);
        prepareAndTake(plan);
        release(plan);
        assertThat(carpdevAddresses()).isEqualTo(before);
        assertThatThrownBy(() -> prepareAndTake(onTheCarpdev("10.9.0.1/24", "ff02::5/64")))
                .hasMessageContaining("add address ff02:0:0:0:0:0:0:5/64");
        assertThat(carpdevAddresses()).isEqualTo(before);
    }

    @Test
    void aMacvlanOfAnotherDaemonIsNotRemoved() throws Exception {
        prepareAndTake(plan("10.9.0.1/24"));
        recover(new KernelAddresses(directory.resolve("other")));
        assertThat(net.run(router, "ip -o link show type macvlan")).contains(macvlan());
    }

    @Test
    void aCarpdevThatIsGoneIsAClearErrorAndNothingToRelease() throws Exception {
        AddressPlan gone = new AddressPlan(VHID, "eth7", List.of(virtual("10.9.0.1/24")));
        assertThatThrownBy(() -> inRouter(() -> addresses.take(gone)))
                .hasMessageContaining("find carpdev eth7: ENODEV");
        release(gone);
    }

    @Test
    void theNameOfTheMacvlanFitsTheKernelsLimit() {
        assertThat(MacvlanAddresses.name(9_999_999, 255))
                .isEqualTo("carp9999999.255")
                .hasSize(15);
        assertThatThrownBy(() -> MacvlanAddresses.name(10_000_000, 255)).isInstanceOf(IllegalArgumentException.class);
    }
}
