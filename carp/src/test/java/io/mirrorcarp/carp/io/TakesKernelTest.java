// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.TestNetwork;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several virtual hosts taken in one go.
 *
 * <pre>
 *   router eth0 10.9.0.2/24 ---- client eth0 10.9.0.9/24
 *          eth1 10.7.0.2/24 ---- client eth1 10.7.0.9/24
 *          virtual: 10.9.0.42/24, 10.9.0.43/24 and 10.9.0.143/24, 10.7.0.44/24, from vhid 42, 43, 44
 * </pre>
 */
class TakesKernelTest {
    @TempDir
    Path directory;

    private TestNetwork net;
    private String router;
    private String client;
    private KernelAddresses addresses;
    private AddressPlan first;
    private AddressPlan second;
    private AddressPlan elsewhere;

    @BeforeEach
    void topology() throws Exception {
        net = TestNetwork.create();
        router = net.namespace("router");
        client = net.namespace("client");
        net.veth(router, "eth0", client, "eth0");
        net.veth(router, "eth1", client, "eth1");
        net.run(router, "ip addr add 10.9.0.2/24 dev eth0");
        net.run(client, "ip addr add 10.9.0.9/24 dev eth0");
        net.run(router, "ip addr add 10.7.0.2/24 dev eth1");
        net.run(client, "ip addr add 10.7.0.9/24 dev eth1");
        first = plan(42, "eth0", "10.9.0.42");
        second = plan(43, "eth0", "10.9.0.43", "10.9.0.143");
        elsewhere = plan(44, "eth1", "10.7.0.44");
        addresses = new KernelAddresses(directory.resolve("run/restore"));
    }

    @AfterEach
    void remove() throws Exception {
        inRouter(() -> {
            addresses.restore();
            return true;
        });
        net.close();
    }

    private static AddressPlan plan(int vhid, String carpdev, String... texts) throws Exception {
        List<VirtualAddress> list = new ArrayList<>();
        for (String text : texts) {
            list.add(new VirtualAddress(InetAddress.getByName(text), 24));
        }
        return new AddressPlan(vhid, carpdev, list);
    }

    private <T> T inRouter(Callable<T> action) throws Exception {
        return NetworkNamespace.within(router, action);
    }

    private List<TakeOutcome> take(AddressPlan... plans) throws Exception {
        return inRouter(() -> addresses.takeAll(List.of(plans)));
    }

    private String held() {
        return net.run(router, "ip -o -4 addr show");
    }

    /** The kernel forgets the addresses after two seconds: so it answers at once, or the test fails. */
    private void assertAnswered(String address, int vhid) throws Exception {
        assertThat(ArpProbe.answers(client, address, "10.9.0.2", true))
                .containsExactly("00:00:5e:00:01:" + Integer.toHexString(vhid));
    }

    @Test
    void eachIsAnsweredFromItsOwnMacAndToldInItsPlace() throws Exception {
        List<TakeOutcome> outcomes = take(first, elsewhere, second);
        assertAnswered("10.9.0.42", 42);
        assertAnswered("10.9.0.43", 43);
        assertAnswered("10.9.0.143", 43);
        assertThat(held()).contains("10.7.0.44/32");
        assertThat(outcomes)
                .extracting(outcome -> outcome.held().addresses())
                .containsExactly(first.addresses(), elsewhere.addresses(), second.addresses());
        assertThat(outcomes).extracting(outcome -> outcome.held().changes()).containsExactly(1, 1, 2);
        assertThat(take(first, second))
                .extracting(outcome -> outcome.held().changes())
                .containsExactly(0, 0);
    }

    @Test
    void oneThatFailsLeavesNothingAndIsNothingToTheOthers() throws Exception {
        net.run(router, "ip link add link eth0 name vrrp.43 up address 00:00:5e:00:01:2b type macvlan mode bridge");
        List<TakeOutcome> outcomes = take(second, first, elsewhere);
        assertThat(outcomes.get(0).failure()).hasMessageContaining("which vrrp.43 has");
        assertAnswered("10.9.0.42", 42);
        assertThat(outcomes.get(1).held().changes()).isEqualTo(1);
        assertThat(outcomes.get(2).held().changes()).isEqualTo(1);
        assertThat(held()).contains("10.9.0.42/32", "10.7.0.44/32").doesNotContain("10.9.0.43", "10.9.0.143");
        assertThat(net.run(router, "nft list ruleset")).doesNotContain("00:00:5e:00:01:2b");
    }

    /** Refused by the kernel only when the addresses are put, after the MACs of both. */
    @Test
    void oneThatTheKernelRefusesLeavesNothingAndIsNothingToTheOthers() throws Exception {
        AddressPlan multicast = plan(45, "eth0", "10.9.0.45", "ff02::99");
        List<TakeOutcome> outcomes = take(first, multicast);
        assertAnswered("10.9.0.42", 42);
        assertThat(outcomes.get(0).held().changes()).isEqualTo(1);
        assertThat(outcomes.get(1).failure()).isNotNull();
        assertThat(held()).contains("10.9.0.42/32").doesNotContain("10.9.0.45");
        assertThat(net.run(router, "nft list ruleset")).doesNotContain("00:00:5e:00:01:2d");
    }

    @Test
    void oneOfADeviceThatIsNotThereFailsAlone() throws Exception {
        List<TakeOutcome> outcomes = take(plan(46, "eth9", "10.9.0.46"), plan(47, "eth9", "10.9.0.47"), first);
        assertThat(outcomes.get(0).failure()).hasMessageContaining("eth9");
        assertThat(outcomes.get(1).failure()).hasMessageContaining("eth9");
        assertAnswered("10.9.0.42", 42);
        assertThat(outcomes.get(2).held()).isNotNull();
    }
}
