// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.netio.TestNetwork;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Routes that the administrator typed on a master are there again when it is master again, whatever kind they are of. Each test shows first that the kernel forgets them with the address.
 *
 * <pre>
 *   router wan0, virtual 10.9.0.1/24 fd09::1/64 only     lan0 10.7.0.2/24 fd07::2/64, virtual 10.7.0.1/24 fd07::1/64
 * </pre>
 */
class RoutesByHandKernelTest {
    @TempDir
    Path directory;

    private TestNetwork net;
    private String router;
    private KernelAddresses addresses;
    private AddressPlan wan;
    private AddressPlan lan;

    @BeforeEach
    void topology() throws Exception {
        net = TestNetwork.create();
        router = net.namespace("router");
        String others = net.namespace("others");
        net.veth(router, "wan0", others, "wan0");
        net.veth(router, "lan0", others, "lan0");
        net.run(router, "ip addr add 10.7.0.2/24 dev lan0");
        net.run(router, "ip addr add fd07::2/64 dev lan0 nodad");
        addresses = new KernelAddresses(directory.resolve("run/restore"));
        wan = plan(1, "wan0", "10.9.0.1/24", "fd09::1/64");
        lan = plan(2, "lan0", "10.7.0.1/24", "fd07::1/64");
    }

    @AfterEach
    void remove() throws Exception {
        if (net != null) {
            net.close();
        }
    }

    private static AddressPlan plan(int vhid, String carpdev, String... texts) throws Exception {
        List<VirtualAddress> list = new ArrayList<>();
        for (String text : texts) {
            List<String> parts = List.of(text.split("/", -1));
            list.add(new VirtualAddress(InetAddress.getByName(parts.get(0)), Integer.parseInt(parts.get(1))));
        }
        return new AddressPlan(vhid, carpdev, list);
    }

    private void take(AddressPlan... plans) throws Exception {
        for (AddressPlan plan : plans) {
            NetworkNamespace.within(router, () -> {
                addresses.prepare(plan.carpdev());
                return addresses.take(plan);
            });
        }
    }

    private void release(AddressPlan... plans) throws Exception {
        for (AddressPlan plan : plans) {
            NetworkNamespace.within(router, () -> {
                addresses.release(plan);
                return true;
            });
        }
    }

    /** Every one of the administrator's, in all tables. */
    private String routes() {
        return net.run(router, "ip route show table all proto boot")
                + net.run(router, "ip route show table all proto static")
                + net.run(router, "ip -6 route show table all proto boot");
    }

    /** Types the route on the master, makes it backup and master again. */
    private void assertThereAgain(String route) throws Exception {
        take(wan, lan);
        net.run(router, "ip " + route);
        String before = routes();
        assertThat(before).isNotBlank();
        release(wan, lan);
        assertThat(routes()).as("control: without the addresses").isNotEqualTo(before);
        take(wan, lan);
        assertThat(routes()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "route add default via 10.9.0.9",
                "route add default via 10.9.0.9 proto static metric 700",
                "route add 10.20.0.0/16 via 10.9.0.9 table 77",
                "route add 10.20.0.0/16 via 100.64.0.1 dev wan0 onlink",
                "route add 10.20.0.0/16 nexthop via 10.9.0.9 weight 2 nexthop via 10.9.0.8",
                "route add 10.20.0.0/16 via 10.9.0.9 mtu 1400 advmss 1300 initcwnd 20",
                "route add 10.20.0.0/16 via inet6 fe80::99 dev wan0",
                "route add 10.20.0.0/16 dev wan0 tos 0x10",
                "route add local 10.20.0.5 dev wan0",
            })
    void aRouteThroughTheOnlyAddressesOfItsDevice(String route) throws Exception {
        assertThereAgain(route);
    }

    /** The kernel forgets these on whatever device they are, although that has an address of its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "route add 10.20.0.0/16 via 10.7.0.9 src 10.7.0.1",
                "route add 10.20.0.0/16 via 10.7.0.9 src 10.9.0.1",
                "route add default via 10.7.0.9 src 10.9.0.1 proto static metric 5",
                "-6 route add fd20::/64 via fd07::9 src fd07::1",
                "-6 route add default via fd07::9 src fd09::1 metric 77",
            })
    void aRouteWhosePreferredSourceIsVirtual(String route) throws Exception {
        assertThereAgain(route);
    }

    /** Its source is the address of one carpdev, and its gateway is behind another one that has no address of its own: only the second take brings it back. */
    @Test
    void aRouteThatNeedsTheAddressesOfTwoCarpdevs() throws Exception {
        net.run(router, "ip addr flush dev lan0");
        assertThereAgain("route add 10.20.0.0/16 via 10.7.0.9 src 10.9.0.1");
    }

    /** The last of them to go notes the routes through the carpdev, and does not forget those that the first one noted. */
    @Test
    void routesOfTwoVirtualHostsOnOneCarpdev() throws Exception {
        lan = plan(2, "wan0", "10.7.7.1/24");
        take(wan, lan);
        net.run(router, "ip route add 10.20.0.0/16 via 10.7.0.9 src 10.9.0.1");
        assertThereAgain("route add default via 10.7.7.9");
    }

    @Test
    void whatTheAdministratorRemovesStaysAway() throws Exception {
        take(wan, lan);
        net.run(router, "ip route add 10.20.0.0/16 via 10.7.0.9 src 10.7.0.1");
        net.run(router, "ip -6 route add fd20::/64 via fd07::9 src fd07::1");
        release(wan, lan);
        take(wan, lan);
        net.run(router, "ip route del 10.20.0.0/16");
        release(wan, lan);
        net.run(router, "ip -6 route del fd20::/64");
        take(wan, lan);
        assertThat(routes()).isBlank();
    }
}
