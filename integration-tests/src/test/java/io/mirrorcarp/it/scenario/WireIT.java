// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Carpd;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What two nodes put on the wire, captured on their ports of the switch, and read by tcpdump.
 *
 * <pre>
 *   one .11 ::11, advskew 0 ----+
 *                               +---- virtual 192.0.2.1 and 2001:db8::1, vhid 1
 *   two .12 ::12, advskew 100 --+
 * </pre>
 */
class WireIT {
    private static final String FROM_VIRTUAL_MAC = " 00:00:5e:00:01:01 > ";
    private static final String VIRTUAL = "192.0.2.1";
    private static final String VIRTUAL_6 = "2001:db8::1";
    private static final int INTERVALS = 4;

    private final ScenarioLab lab = new ScenarioLab();
    private final LabNetwork lan = lab.network("lan");
    private final LabHost hostOne = lab.host("one", lan, "192.0.2.11/24", "2001:db8::11/64");
    private final LabHost hostTwo = lab.host("two", lan, "192.0.2.12/24", "2001:db8::12/64");

    private static NodeToml toml(String node, int advskew) {
        return NodeToml.of(node, "preempt = true").vhid("web", 1, "eth0", advskew, VIRTUAL + "/24", VIRTUAL_6 + "/64");
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void aBackupsPortSendsNothingFromTheVirtualMac() throws Exception {
        Capture started = Capture.of(hostTwo, lan, "started");
        Carpd one = lab.start(hostOne, toml("one", 0));
        ScenarioLab.awaitStart(one, "web", "master");
        Carpd two = lab.start(hostTwo, toml("two", 100));
        ScenarioLab.awaitStart(two, "web", "backup");
        awaitMore(two, "packetsReceived", "packetsReceived6");
        awaitPing(VIRTUAL);
        awaitPing(VIRTUAL_6);
        assertThat(started.stop())
                .as("two asks for the addresses, from its own MAC")
                .anyMatch(frame -> frame.contains("who-has " + VIRTUAL))
                .anyMatch(frame -> frame.contains("who has " + VIRTUAL_6))
                .noneMatch(frame -> frame.contains(FROM_VIRTUAL_MAC));

        Capture master = Capture.of(hostTwo, lan, "master");
        one.carpctl("vhid", "web", "down").orThrow();
        ScenarioLab.await(two, "web", "master");
        awaitMore(two, "packetsSent", "packetsSent6");
        assertThat(master.stop().stream().filter(frame -> frame.contains(FROM_VIRTUAL_MAC)))
                .as("the announcements of the master")
                .anyMatch(frame -> frame.contains("Request who-has " + VIRTUAL))
                .anyMatch(frame -> frame.contains("Reply " + VIRTUAL))
                .anyMatch(frame -> frame.contains("neighbor advertisement") && frame.contains("tgt is " + VIRTUAL_6));

        Capture released = Capture.of(hostTwo, lan, "released");
        one.carpctl("vhid", "web", "up").orThrow();
        ScenarioLab.await(two, "web", "backup");
        awaitMore(two, "packetsReceived", "packetsReceived6");
        assertThat(released.stop().stream().filter(frame -> frame.contains(FROM_VIRTUAL_MAC)))
                .as("two's last words as master are advertisements")
                .allMatch(frame -> frame.contains("CARPv2-advertise"));
    }

    @Test
    void tcpdumpFindsEveryChecksumRight() throws Exception {
        Carpd one = lab.start(hostOne, toml("one", 0));
        ScenarioLab.awaitStart(one, "web", "master");
        Capture capture = Capture.of(hostOne, lan, "master");
        awaitMore(one, "packetsSent", "packetsSent6");
        one.carpctl("demote", "100", "--reason", "test").orThrow();
        awaitMore(one, "packetsSent", "packetsSent6");
        one.carpctl("vhid", "web", "down").orThrow();
        ScenarioLab.await(one, "web", "init");

        List<String> frames = advertisements(capture.stop());
        assertThat(frames).as("IPv4").anyMatch(frame -> frame.contains("ethertype IPv4"));
        assertThat(frames).as("IPv6").anyMatch(frame -> frame.contains("ethertype IPv6"));
        assertThat(frames).as("demoted").anyMatch(frame -> frame.contains("advskew=100"));
        assertThat(frames).as("bow-out").anyMatch(frame -> frame.contains("advbase=255 advskew=255"));
        assertThat(frames).noneMatch(frame -> frame.contains("bad"));
        assertThat(advertisements(capture.printDamaged(1)))
                .as("tcpdump checks")
                .anyMatch(frame -> frame.contains("bad carp cksum"));
    }

    private static List<String> advertisements(List<String> frames) {
        return frames.stream()
                .filter(frame -> frame.contains("CARPv2-advertise"))
                .toList();
    }

    private void awaitPing(String address) {
        Awaitility.await("ping of " + address)
                .atMost(Limits.ROLE)
                .until(() -> hostTwo.run("ping", "-c1", "-W1", address).succeeded());
    }

    /** Waits for some intervals more. */
    private static void awaitMore(Carpd node, String counter, String counter6) {
        long enough = ScenarioLab.count(node, counter) + INTERVALS;
        long enough6 = ScenarioLab.count(node, counter6) + INTERVALS;
        Awaitility.await(counter + " and " + counter6)
                .atMost(Limits.ROLE)
                .pollInterval(Limits.POLL)
                .until(() ->
                        ScenarioLab.count(node, counter) >= enough && ScenarioLab.count(node, counter6) >= enough6);
    }
}
