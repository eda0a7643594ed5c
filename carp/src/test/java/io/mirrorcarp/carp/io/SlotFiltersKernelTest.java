// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.carp.packet.BalancingMode;
import io.mirrorcarp.carp.packet.IpBalancing;
import io.mirrorcarp.carp.packet.Protocol;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.TestNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What balanced addresses leave in the kernel of one node: filters on the ingress of eth0. */
class SlotFiltersKernelTest {
    private static final int VHID = 42;

    /** Takes, releases or prepares something. */
    private interface Work {
        void run() throws Exception;
    }

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
        restoreFile = directory.resolve("run/restore");
        addresses = new KernelAddresses(restoreFile);
    }

    @AfterEach
    void remove() {
        if (net != null) {
            net.close();
        }
    }

    private void inRouter(Work work) throws Exception {
        NetworkNamespace.within(router, () -> {
            work.run();
            return true;
        });
    }

    private void take(int vhid) throws Exception {
        inRouter(() -> {
            addresses.prepare("eth0");
            addresses.take(balanced(vhid));
        });
    }

    private static AddressPlan balanced(int vhid) throws Exception {
        List<VirtualAddress> shared = List.of(
                new VirtualAddress(InetAddress.getByName("10.9.0.1"), 24),
                new VirtualAddress(InetAddress.getByName("fd09::1"), 64));
        IpBalancing balancing = new IpBalancing(BalancingMode.IP_STEALTH, List.of(VHID, VHID + 1));
        return new AddressPlan(Protocol.CARP, vhid, "eth0", shared, MacMode.VIRTUAL, true, List.of(), balancing);
    }

    private String carpdevAddresses() {
        return net.run(router, "ip -o addr show dev eth0");
    }

    private String filters() {
        return net.run(router, "tc filter show dev eth0 ingress");
    }

    @Test
    void aBalancedAddressStaysUntilTheLastSlotGoes() throws Exception {
        take(VHID);
        take(VHID + 1);
        inRouter(() -> addresses.release(balanced(VHID)));
        assertThat(carpdevAddresses()).contains("10.9.0.1/32", "fd09::1/128");
        assertThat(filters()).contains("bpf");
        inRouter(() -> addresses.release(balanced(VHID + 1)));
        assertThat(carpdevAddresses()).doesNotContain("10.9.0.1/32", "fd09::1/128");
        assertThat(filters()).doesNotContain("bpf");
    }

    @Test
    void aRehearsalOfABalancedAddressLeavesNothing() throws Exception {
        inRouter(() -> {
            addresses.prepare("eth0");
            addresses.rehearse(balanced(VHID));
        });
        assertThat(carpdevAddresses()).doesNotContain("10.9.0.1/32");
        assertThat(filters()).doesNotContain("bpf");
    }

    /** The sums of these addresses with 10.9.0.1 are even and odd, and there are two slots. */
    @Test
    void whatIsLeftToTheOtherNodeIsCounted() throws Exception {
        take(VHID);
        net.run(client, "ip addr add 10.9.0.100/24 dev eth0");
        net.run(client, "ip addr add 10.9.0.101/24 dev eth0");
        net.run(
                client,
                "ip neigh replace 10.9.0.1 dev eth0 lladdr "
                        + balanced(VHID).balancing().mac());
        inRouter(() -> addresses.takeBalancedAway());
        int kept = 0;
        for (String source : List.of("10.9.0.100", "10.9.0.101")) {
            net.start(client, "ping -n -c 3 -i 0.01 -W 1 -I " + source + " 10.9.0.1")
                    .waitFor();
            long[] dropped = new long[1];
            inRouter(() -> dropped[0] = addresses.takeBalancedAway());
            assertThat(dropped[0]).as("of %s", source).isIn(0L, 3L);
            kept += dropped[0] == 0 ? 1 : 0;
        }
        assertThat(kept).as("sources whose packets are kept").isEqualTo(1);
    }

    @Test
    void aFilterThatADeadDaemonLeftIsRemovedByTheNextStart() throws Exception {
        take(VHID);
        assertThat(filters()).contains("bpf");
        KernelAddresses next = new KernelAddresses(restoreFile);
        inRouter(() -> {
            next.recover();
            next.prepare("eth0");
        });
        assertThat(filters()).doesNotContain("bpf");
    }

    @Test
    void anotherKindOfFilterOfThePriorityIsNamed() throws Exception {
        int priority = 100 + Math.floorMod(LeaseMark.of(restoreFile), 100);
        net.run(router, "tc qdisc add dev eth0 clsact");
        net.run(
                router,
                "tc filter add dev eth0 ingress pref " + priority + " protocol all u32 match u32 0 0 flowid 1:1");
        assertThatThrownBy(() -> take(VHID))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("balancing on eth0 needs traffic control")
                .hasMessageContaining("no other kind of filter with priority " + priority);
        assertThat(carpdevAddresses()).doesNotContain("10.9.0.1/32");
    }
}
