// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Carpd;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What OpenBSD's announcement of CARP promised in 2003, on two servers and a switch.
 *
 * <pre>
 *   one .11 ---+
 *              +--- client .100        virtual 192.168.7.1, vhid 1
 *   two .12 ---+
 *   192.168.7.0/24
 * </pre>
 *
 * <p>Advertisements are half a minute apart, so that whatever is known soon after a takeover was told by the takeover itself, and roles are
 * given by hand.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnnouncementOf2003IT {
    private static final String VIRTUAL = "192.168.7.1";
    private static final String VIRTUAL_MAC = "00:00:5e:00:01:01";
    private static final int ADVBASE_SECONDS = 30;
    private static final Duration AT_ONCE = Duration.ofSeconds(10);

    private final ScenarioLab lab = new ScenarioLab();
    private final LabNetwork lan = lab.network("lan");
    private final LabHost client = lab.host("client", lan, "192.168.7.100/24");
    private final LabHost hostOne = lab.host("one", lan, "192.168.7.11/24");
    private final LabHost hostTwo = lab.host("two", lan, "192.168.7.12/24");
    private final Carpd one = lab.start(hostOne, toml("one", 0));
    private final Carpd two = lab.start(hostTwo, toml("two", 100));

    private static NodeToml toml(String node, int advskew) {
        return NodeToml.of(node, "advbase = " + ADVBASE_SECONDS).vhid("web", 1, "eth0", advskew, VIRTUAL + "/24");
    }

    @BeforeEach
    void makeTheFirstOneMaster() {
        one.await("up", status -> !status.path("vhids").isEmpty(), Limits.START);
        one.carpctl("vhid", "web", "down").orThrow();
        ScenarioLab.await(one, "web", "init");
        one.carpctl("vhid", "web", "up").orThrow();
        ScenarioLab.await(one, "web", "backup");
        one.carpctl("vhid", "web", "master").orThrow();
        ScenarioLab.await(one, "web", "master");
        ScenarioLab.awaitStart(two, "web", "backup");
    }

    @AfterEach
    void stopServices() {
        lab.stopGreeters();
    }

    @AfterAll
    void close() {
        lab.close();
    }

    @Test
    void theConnectionOfABackupToTheVirtualAddressReachesTheMaster() {
        lab.greet(hostOne, "0.0.0.0");
        lab.greet(hostTwo, "0.0.0.0");
        Greeter.await(hostTwo, VIRTUAL, "one");
        handOver();
        Greeter.await(hostOne, VIRTUAL, "two");
    }

    @Test
    void theConnectionOfTheMasterToTheVirtualAddressReachesItself() {
        lab.greet(hostOne, "0.0.0.0");
        lab.greet(hostTwo, "0.0.0.0");
        Greeter.await(hostOne, VIRTUAL, "one");
        handOver();
        Greeter.await(hostTwo, VIRTUAL, "two");
    }

    @Test
    void aServiceThatListensOnTheVirtualAddressOnlyIsServedByTheMaster() {
        lab.greet(hostOne, VIRTUAL);
        lab.greet(hostTwo, VIRTUAL);
        Greeter.await(client, VIRTUAL, "one");
        assertThat(Greeter.ask(client, "192.168.7.11")).as("on its own address").contains("refused");
        handOver();
        Greeter.await(client, VIRTUAL, "two");
    }

    @Test
    void theSwitchLearnsTheNewPortAtOnce() {
        awaitPort(hostOne);
        assertThat(client.run("ping", "-c1", "-W5", VIRTUAL).succeeded()).isTrue();
        String learned = neighbour();
        handOver();
        awaitPort(hostTwo);
        assertThat(client.run("ping", "-c1", "-W5", VIRTUAL).succeeded()).isTrue();
        assertThat(neighbour())
                .as("of the client, before and after")
                .isEqualTo(learned)
                .contains(VIRTUAL_MAC);
    }

    private void handOver() {
        one.carpctl("vhid", "web", "down").orThrow();
        ScenarioLab.await(two, "web", "master");
    }

    private void awaitPort(LabHost host) {
        Awaitility.await("the virtual MAC on the switch's port of " + host.name())
                .atMost(AT_ONCE)
                .pollInterval(Limits.POLL)
                .until(() -> portOfVirtualMac(), lan.port(host)::equals);
    }

    /** The port that the switch has learned. */
    private String portOfVirtualMac() {
        String table = lan.switchNamespace()
                .run("bridge", "fdb", "show", "br", lan.name())
                .orThrow()
                .out();
        return table.lines()
                .filter(line -> line.startsWith(VIRTUAL_MAC + " dev "))
                .map(line -> line.split(" ", -1)[2])
                .findFirst()
                .orElse("none");
    }

    private String neighbour() {
        String line =
                client.run("ip", "-4", "neighbour", "show", VIRTUAL).orThrow().out();
        return line.replaceAll(" [A-Z]+\\s*$", "");
    }
}
