// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.carp.FrameCapture;
import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.Protocol;
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
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    private final ScheduledExecutorService renewal = Executors.newSingleThreadScheduledExecutor();

    private Future<?> renewing;

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
        renewing = renewal.scheduleAtFixedRate(this::renew, 500, 500, TimeUnit.MILLISECONDS);
    }

    private void renew() {
        try {
            inRouter(() -> {
                addresses.renew();
                return true;
            });
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void remove() throws Exception {
        renewal.shutdownNow();
        assertThat(renewal.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
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
    void aRehearsalAnswersForNothingAndLeavesNothing() throws Exception {
        AddressPlan plan = plan("10.9.0.1/24", "fd09::1/64");
        String before = net.run(router, "ip -o addr show");
        try (FrameCapture fromVirtualMac = FrameCapture.of(client, "eth0", VirtualMac.of(VHID))) {
            rehearse(plan);
            assertThat(net.run(router, "ip -o addr show")).isEqualTo(before);
            assertNoArpAnswer("10.9.0.1");
            assertThat(net.run(router, "nft list ruleset")).doesNotContain(VIRTUAL_MAC);
            assertThat(fromVirtualMac.frames()).isEmpty();
        }
    }

    @Test
    void aRehearsalNamesTheInterfaceMacWhereTheCarpdevGetsNoFrameToAVirtualOne() throws Exception {
        net.run(router, "ip link add link eth0 netns " + client + " name l3 type macvlan mode bridge");
        AddressPlan plan = new AddressPlan(VHID, "l3", List.of(virtual("10.9.0.1/24")));
        assertThatThrownBy(() -> NetworkNamespace.within(client, () -> {
                    addresses.rehearse(plan);
                    return true;
                }))
                .hasMessage("l3 is of kind macvlan and gets no frame to a virtual MAC from its lower device:"
                        + " set mac = \"interface\"");
    }

    @Test
    void aRehearsalFindsAVirtualMacThatAnotherProgramUses() throws Exception {
        AddressPlan plan = plan("10.9.0.1/24");
        net.run(router, "ip link add link eth0 name vrrp.42 address " + VIRTUAL_MAC + " type macvlan mode bridge");
        rehearse(plan);
        net.run(router, "ip link set vrrp.42 up");
        assertThatThrownBy(() -> rehearse(plan))
                .hasMessageContaining("use " + VIRTUAL_MAC + ", which vrrp.42 has: EADDRINUSE");
    }

    /** With so small an MTU an interface has no IPv6. */
    @Test
    void aRehearsalFindsASettingThatIsRefusedAndLeavesNothing() throws Exception {
        net.run(router, "ip link set eth0 mtu 1000");
        rehearse(plan("10.9.0.1/24"));
        assertThatThrownBy(() -> rehearse(plan("fd09::1/64")))
                .hasMessage("eth0 has no IPv6 with an MTU of 1000: set at least 1280");
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
    void theRouteToTheSubnetComesWithTheAddressAndGivesWayToThatOfAnOwnAddress() throws Exception {
        AddressPlan plan = plan("10.9.0.1/24", "10.8.0.1/24", "fd08::1/64");
        prepareAndTake(plan);
        assertThat(net.run(router, "ip route get 10.9.0.200")).contains("dev eth0", "src 10.9.0.2");
        assertThat(net.run(router, "ip route get 10.8.0.200")).contains("dev eth0", "src 10.8.0.1");
        assertThat(net.run(router, "ip -6 route get fd08::200")).contains("dev eth0", "src fd08::1");
        net.run(router, "ip addr add 10.8.0.2/24 dev eth0");
        assertThat(net.run(router, "ip route get 10.8.0.200")).contains("src 10.8.0.2");
        net.run(router, "ip addr del 10.8.0.2/24 dev eth0");
        assertThat(net.run(router, "ip route get 10.8.0.200")).contains("src 10.8.0.1");
        release(plan);
        assertThat(net.run(router, "ip route show")).contains("10.9.0.0/24").doesNotContain("10.8.0.0", "proto 112");
        assertThat(net.run(router, "ip -6 route show")).doesNotContain("fd08::", "proto 112");
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
        assertThat(net.run(router, "ip -6 -o addr show dev eth0")).contains("fd09::1/128");
        release(plan);
        assertThat(net.run(router, "ip -6 -o addr show")).doesNotContain("fd09::1/");
    }

    @Test
    void takingIpv6SendsNoDuplicateDetectionAndNoSolicitationAndReleasingSendsNothing() throws Exception {
        AddressPlan plan = plan("10.9.0.1/24", "fd09::1/64");
        try (FrameCapture fromVirtualMac = FrameCapture.of(client, "eth0", VirtualMac.of(VHID))) {
            prepareAndTake(plan);
            assertThat(net.run(client, "ping -c1 -W2 fd09::1")).contains("1 received");
            assertThat(fromVirtualMac.frames())
                    .extracting(KernelAddressesTest::icmpv6Type)
                    .contains(136)
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
    void takingAndReleasingTwiceIsTheSameAsOnce() throws Exception {
        AddressPlan plan = plan("10.9.0.1/24");
        prepareAndTake(plan);
        prepareAndTake(plan);
        assertThat(arpAnswers("10.9.0.1")).containsExactly(VIRTUAL_MAC);
        release(plan);
        release(plan);
        assertNoArpAnswer("10.9.0.1");
        assertThat(net.run(router, "nft list ruleset")).doesNotContain(VIRTUAL_MAC);
    }

    @Test
    void whereAnAddressIsRefusedNothingIsLeft() throws Exception {
        assertThatThrownBy(() -> prepareAndTake(plan("10.9.0.1/24", "ff02::5/64")))
                .hasMessageContaining("add address ff02:0:0:0:0:0:0:5 on interface");
        assertThat(net.run(router, "nft list ruleset")).doesNotContain(VIRTUAL_MAC);
        assertNoArpAnswer("10.9.0.1");
    }

    @Test
    void settingsAreChangedAndPutBack() throws Exception {
        net.run(router, "sysctl -qw net.ipv6.ip_nonlocal_bind=1");
        AddressPlan plan = plan("10.9.0.1/24");
        prepareAndTake(plan);
        assertThat(sysctl("net.ipv4.ip_nonlocal_bind")).isEqualTo("1");
        release(plan);
        restore();
        assertThat(sysctl("net.ipv4.ip_nonlocal_bind")).isEqualTo("0");
        assertThat(sysctl("net.ipv6.ip_nonlocal_bind")).isEqualTo("1");
        assertThat(restoreFile).doesNotExist();
        assertThat(net.run(router, "nft list ruleset")).isEmpty();
    }

    @Test
    void aStartAfterACrashRemovesTheAddressesAtOnceAndPutsSettingsBack() throws Exception {
        net.run(router, "ip addr add 10.9.0.7/32 dev eth0");
        String before = settledAddresses();
        prepareAndTake(plan("10.9.0.1/24", "fd09::1/64", "fe80::1/64"));
        assertThat(net.run(router, "ip -o addr show")).contains("10.9.0.1/32", "fd09::1/128", "fe80::1/128");
        assertThat(Files.readString(restoreFile)).contains("ipv4/ip_nonlocal_bind\t0\t1");
        net.run(router, "sysctl -qw net.ipv6.ip_nonlocal_bind=0");
        recover(new KernelAddresses(restoreFile));
        assertThat(settledAddresses()).isEqualTo(before);
        assertThat(sysctl("net.ipv4.ip_nonlocal_bind")).isEqualTo("0");
        assertThat(sysctl("net.ipv6.ip_nonlocal_bind"))
                .as("changed by somebody else meanwhile")
                .isEqualTo("0");
        assertThat(restoreFile).doesNotExist();
    }

    /** As if duplicate address detection were over. */
    private String settledAddresses() {
        return net.run(router, "ip -o addr show").replace(" tentative", "");
    }

    /** Whether the kernel takes frames to the virtual MAC for its own. */
    private boolean leasesMac() {
        return Pattern.compile(VIRTUAL_MAC + " (timeout|expires)")
                .matcher(net.run(router, "nft list ruleset"))
                .find();
    }

    @Test
    void aLeaseThatIsNotRenewedEndsWithinThreeSecondsAndARenewalDoesNotBringItBack() throws Exception {
        renewing.cancel(false);
        renewal.shutdown();
        assertThat(renewal.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        String before = net.run(router, "ip -o addr show") + net.run(router, "ip route show");
        prepareAndTake(plan("10.9.0.1/24", "fd09::1/64", "10.8.0.1/24"));
        long takenNanos = System.nanoTime();
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(5))
                .until(() -> (net.run(router, "ip -o addr show") + net.run(router, "ip route show")).equals(before));
        assertThat(Duration.ofNanos(System.nanoTime() - takenNanos))
                .isBetween(Duration.ofMillis(1_500), Duration.ofSeconds(3));
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(5))
                .until(() -> !leasesMac());
        assertThat(Duration.ofNanos(System.nanoTime() - takenNanos))
                .as("the lease of the MAC")
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
        renew();
        assertThat(leasesMac()).isFalse();
        assertThat(net.run(router, "ip -o addr show") + net.run(router, "ip route show"))
                .isEqualTo(before);
        assertNoArpAnswer("10.9.0.1");
    }

    @Test
    void aLeaseThatIsRenewedLasts() throws Exception {
        prepareAndTake(plan("10.9.0.1/24", "fd09::1/64"));
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(4);
        await().pollInterval(Duration.ofMillis(50))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    assertThat(net.run(router, "ip -o addr show")).contains("10.9.0.1/32", "fd09::1/128");
                    assertThat(leasesMac()).isTrue();
                    return System.nanoTime() > endNanos;
                });
    }

    @Test
    void whatSilencesArpOfSingleAddressesLeavesTheVirtualOneAnswering() throws Exception {
        prepareAndTake(plan("10.9.0.1/24"));
        for (String setting :
                List.of("all.arp_filter=1", "all.arp_ignore=1", "all.arp_ignore=2", "all.arp_announce=2")) {
            net.run(router, "sysctl -qw net.ipv4.conf." + setting);
            assertThat(arpAnswers("10.9.0.1")).as(setting).containsExactly(VIRTUAL_MAC);
        }
    }

    @Test
    void aRehearsalNamesTheSettingThatWouldSilenceTheAddress() throws Exception {
        net.run(router, "sysctl -qw net.ipv4.conf.all.arp_ignore=2");
        rehearse(plan("10.9.0.1/24"));
        assertThatThrownBy(() -> rehearse(plan("10.8.0.1/24")))
                .hasMessage("net.ipv4.conf.all.arp_ignore = 2 keeps the kernel from answering ARP for 10.8.0.1,"
                        + " unless eth0 has an address of its own in that subnet: set 0 or 1");
        net.run(router, "sysctl -qw net.ipv4.conf.all.arp_ignore=0 net.ipv4.conf.eth0.arp_ignore=8");
        assertThatThrownBy(() -> rehearse(plan("10.9.0.1/24")))
                .hasMessageStartingWith(
                        "net.ipv4.conf.eth0.arp_ignore = 8 keeps the kernel from answering ARP for any");
        net.run(router, "sysctl -qw net.ipv4.conf.eth0.arp_ignore=0");
        net.run(router, "ip link set eth0 arp off");
        assertThatThrownBy(() -> rehearse(plan("10.9.0.1/24"))).hasMessageContaining("set it to \"arp on\"");
    }

    /** Settings change while a node runs: what was rehearsed, and what is held, is looked at again. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sysctl -qw net.ipv4.conf.all.arp_ignore=8 | net.ipv4.conf.all.arp_ignore = 8",
                "sysctl -qw net.ipv4.conf.eth0.arp_ignore=8 | net.ipv4.conf.eth0.arp_ignore = 8",
                "ip link set eth0 arp off | arp on",
                "sysctl -qw net.ipv6.conf.eth0.disable_ipv6=1 | net.ipv6.conf.eth0.disable_ipv6 = 1",
                "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 | net.ipv6.conf.eth0.disable_ipv6 = 1",
                "ip link set eth0 mtu 1200 | MTU of 1200",
                "ip link add v link eth0 up address 00:00:5e:00:01:2a type macvlan | which v has",
            })
    void whatSilencesAddressesLaterIsNamedByTheNextLook(String command, String words) throws Exception {
        AddressPlan held = plan("10.9.0.1/24", "fd09::1/64");
        AddressPlan rehearsed =
                new AddressPlan(VHID + 1, "eth0", List.of(virtual("10.9.0.7/24"), virtual("fd09::7/64")));
        prepareAndTake(held);
        rehearse(held);
        rehearse(rehearsed);
        rehearse(rehearsed);
        net.run(router, command);
        assertThatThrownBy(() -> rehearse(held)).hasMessageContaining(words);
        if (!words.endsWith(" has")) {
            assertThatThrownBy(() -> rehearse(rehearsed)).hasMessageContaining(words);
        }
    }

    @Test
    void theHostsOtherAddressesAreAnsweredAsWithoutCarp() throws Exception {
        net.run(router, "ip addr add 10.9.50.50/32 dev lo");
        assertThat(arpAnswers("10.9.50.50")).hasSize(1);
        prepareAndTake(plan("10.9.0.1/24"));
        assertThat(arpAnswers("10.9.50.50")).hasSize(1).doesNotContain(VIRTUAL_MAC);
    }

    @Test
    void aLinkLocalAddressIsReachedWithTheVirtualMac() throws Exception {
        prepareAndTake(plan("fe80::1/64"));
        assertThat(net.run(client, "ping -c1 -W2 fe80::1%eth0")).contains("1 received");
        assertThat(net.run(client, "ip neigh show fe80::1")).contains(VIRTUAL_MAC);
    }

    @Test
    void whatTheHostSendsFromTheVirtualAddressIsFromTheVirtualMacAndNamesIt() throws Exception {
        net.run(client, "ip neigh flush all");
        prepareAndTake(plan("10.9.0.1/24", "fd09::1/64"));
        assertThat(net.run(router, "ping -c1 -W2 -I 10.9.0.1 10.9.0.9")).contains("1 received");
        assertThat(net.run(router, "ping -c1 -W2 -I fd09::1 fd09::9")).contains("1 received");
        assertThat(net.run(client, "ip neigh show 10.9.0.1")).contains(VIRTUAL_MAC);
        assertThat(net.run(client, "ip neigh show fd09::1")).contains(VIRTUAL_MAC);
        assertThat(net.run(client, "ping -c1 -W2 10.9.0.2")).contains("1 received");
        assertThat(net.run(client, "ip neigh show 10.9.0.2")).doesNotContain(VIRTUAL_MAC);
    }

    private static AddressPlan onTheCarpdev(String... texts) throws Exception {
        AddressPlan plan = plan(texts);
        return new AddressPlan(
                plan.protocol(),
                plan.vhid(),
                plan.carpdev(),
                plan.addresses(),
                MacMode.INTERFACE,
                true,
                List.of(),
                null);
    }

    private String carpdevAddresses() {
        return net.run(router, "ip -o addr show dev eth0");
    }

    @Test
    void withTheInterfaceMacWhatSomebodyElseAddedIsLeft() throws Exception {
        net.run(router, "ip addr add 10.9.0.4/32 dev eth0");
        String before = carpdevAddresses();
        HeldAddresses held = prepareAndTake(onTheCarpdev("10.9.0.1/24", "10.9.0.4/24", "10.8.0.1/24", "fd09::1/64"));
        assertThat(held.macs().get(AddressFamily.IPV4).toString()).isNotEqualTo(VIRTUAL_MAC);
        assertThat(carpdevAddresses()).contains("10.9.0.1/32", "10.8.0.1/32", "fd09::1/128");
        assertThat(arpAnswers("10.9.0.1")).hasSize(1).doesNotContain(VIRTUAL_MAC);
        assertThat(net.run(router, "nft list ruleset")).isEmpty();
        recover(new KernelAddresses(restoreFile));
        assertThat(carpdevAddresses()).isEqualTo(before);
    }

    @Test
    void anOwnAddressThatComesWhileTheVirtualOneIsHeldStays() throws Exception {
        net.run(router, "ip addr flush dev eth0");
        AddressPlan plan = onTheCarpdev("10.9.0.1/24");
        prepareAndTake(plan);
        net.run(router, "ip addr add 10.9.0.2/24 dev eth0");
        release(plan);
        assertThat(carpdevAddresses()).contains("10.9.0.2/24").doesNotContain("10.9.0.1/");
        assertThat(net.run(router, "ip route show 10.9.0.0/24")).contains("src 10.9.0.2");
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
                .hasMessageContaining("add address ff02:0:0:0:0:0:0:5 on interface");
        assertThat(carpdevAddresses()).isEqualTo(before);
    }

    private String routes() {
        return net.run(router, "ip route show");
    }

    @Test
    void aDefaultRouteByHandThroughTheOnlyAddressIsThereAgainWithTheNextTake() throws Exception {
        net.run(router, "ip addr flush dev eth0");
        AddressPlan plan = plan("10.9.0.1/24");
        prepareAndTake(plan);
        net.run(router, "ip route add default via 10.9.0.9");
        net.run(router, "ip route add 10.20.0.0/16 via 10.9.0.9 metric 50 table 77");
        release(plan);
        assertThat(routes()).isEmpty();
        prepareAndTake(plan);
        assertThat(routes()).contains("default via 10.9.0.9 dev eth0");
        assertThat(net.run(router, "ip route show table 77")).contains("10.20.0.0/16 via 10.9.0.9", "metric 50");
        net.run(router, "ip route del default");
        release(plan);
        prepareAndTake(plan);
        assertThat(routes()).as("taken away by the administrator").doesNotContain("default");
    }

    /** The kernel removes the addresses of a process that sleeps, and with the last one the routes: nobody can note them then. */
    @Test
    void aRouteByHandIsThereAgainWhenALeaseLapsedAndTheAddressIsTakenAgain() throws Exception {
        renewing.cancel(false);
        net.run(router, "ip addr flush dev eth0");
        AddressPlan plan = plan("10.9.0.1/24");
        prepareAndTake(plan);
        net.run(router, "ip route add default via 10.9.0.9");
        for (int i = 0; i < 10; i++) {
            renew();
        }
        awaitNoRoutes();
        release(plan);
        prepareAndTake(plan);
        assertThat(routes()).contains("default via 10.9.0.9 dev eth0");
        for (int i = 0; i < 10; i++) {
            renew();
        }
        net.run(router, "ip addr del 10.9.0.1/32 dev eth0");
        awaitNoRoutes();
        prepareAndTake(plan);
        assertThat(routes()).as("put back while it is held").contains("default via 10.9.0.9 dev eth0");
        net.run(router, "ip route del default");
        for (int i = 0; i < 10; i++) {
            renew();
        }
        awaitNoRoutes();
        release(plan);
        prepareAndTake(plan);
        assertThat(routes()).as("taken away by the administrator").doesNotContain("default");
    }

    private void awaitNoRoutes() {
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(routes()).isEmpty());
    }

    @Test
    void anInterfaceThatIsGoneIsReleasedAndTheNextOfItsNameServes() throws Exception {
        AddressPlan plan = plan("10.9.0.1/24", "fd09::1/64");
        prepareAndTake(plan);
        net.run(router, "ip link del eth0");
        release(plan);
        net.veth(router, "eth0", client, "eth0");
        net.run(router, "ip addr add 10.9.0.2/24 dev eth0");
        net.run(client, "ip addr add 10.9.0.9/24 dev eth0");
        prepareAndTake(plan);
        assertThat(arpAnswers("10.9.0.1")).containsExactly(VIRTUAL_MAC);
        assertThat(net.run(client, "ping -c1 -W2 10.9.0.1")).contains("1 received");
    }

    /** A file system without room for another file, as a full disk is. */
    @Test
    void withoutRoomForItsFileTheAddressIsTakenAllTheSame() throws Exception {
        Path full = Files.createDirectory(directory.resolve("full"));
        TestNetwork.command("mount -t tmpfs -o size=4k,nr_inodes=1 tmpfs " + full);
        try {
            assertThatThrownBy(() -> Files.createFile(full.resolve("x"))).hasMessageContaining("No space left");
            addresses = new KernelAddresses(full.resolve("restore"));
            AddressPlan plan = plan("10.9.0.1/24");
            recover(addresses);
            prepareAndTake(plan);
            assertThat(arpAnswers("10.9.0.1")).containsExactly(VIRTUAL_MAC);
            prepareAndTake(plan);
            release(plan);
            restore();
        } finally {
            TestNetwork.command("umount " + full);
        }
    }

    @Test
    void aRouteThatThePlanNamesIsThereWithTheAddressAndGoesWithIt() throws Exception {
        net.run(router, "ip addr flush dev eth0 scope global");
        AddressPlan plain = plan("10.9.0.1/24", "fd09::1/64");
        List<VirtualRoute> routes = List.of(
                new VirtualRoute(InetAddress.getByName("0.0.0.0"), 0, InetAddress.getByName("10.9.0.9"), 0),
                new VirtualRoute(InetAddress.getByName("10.77.0.0"), 16, InetAddress.getByName("10.9.0.9"), 42),
                new VirtualRoute(InetAddress.getByName("::"), 0, InetAddress.getByName("fd09::9"), 0));
        AddressPlan plan =
                new AddressPlan(Protocol.CARP, VHID, "eth0", plain.addresses(), MacMode.VIRTUAL, true, routes, null);
        prepareAndTake(plan);
        assertThat(routes())
                .contains("default via 10.9.0.9 dev eth0 proto 112 src 10.9.0.1", "10.77.0.0/16 via", "metric 42");
        assertThat(net.run(router, "ip -6 route show default")).contains("via fd09::9 dev eth0 proto 112 src fd09::1");
        net.run(router, "ip route del default");
        net.run(router, "ip -6 route del default");
        await().atMost(Duration.ofSeconds(5)).until(() -> routes().contains("default via"));
        await().atMost(Duration.ofSeconds(5))
                .until(() -> net.run(router, "ip -6 route show default").contains("via fd09::9"));
        release(plan);
        assertThat(routes() + net.run(router, "ip -6 route show")).doesNotContain("proto 112");
        prepareAndTake(plan);
        renewing.cancel(false);
        await().atMost(Duration.ofSeconds(5)).until(() -> !routes().contains("default"));
        assertThatThrownBy(() -> net.run(router, "ip -6 route get fd77::1")).hasMessageContaining("unreachable");
    }

    @Test
    void theAddressesOfAnotherDaemonAreNotRemoved() throws Exception {
        prepareAndTake(plan("10.9.0.1/24"));
        recover(new KernelAddresses(directory.resolve("other")));
        assertThat(arpAnswers("10.9.0.1")).containsExactly(VIRTUAL_MAC);
    }

    @Test
    void aCarpdevThatIsGoneIsAClearErrorAndNothingToRelease() throws Exception {
        AddressPlan gone = new AddressPlan(VHID, "eth7", List.of(virtual("10.9.0.1/24")));
        assertThatThrownBy(() -> inRouter(() -> addresses.take(gone)))
                .hasMessageContaining("find carpdev eth7: ENODEV");
        release(gone);
    }
}
