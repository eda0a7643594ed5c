// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.CommandResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a daemon leaves of itself on its host: nothing. The topology is drawn at {@link Pair}. */
class DaemonLifeIT {
    private static final List<String> SYSCTLS = List.of(
            "net.ipv4.ip_nonlocal_bind",
            "net.ipv4.conf.wan0.arp_ignore",
            "net.ipv4.conf.wan0.arp_announce",
            "net.ipv4.conf.wan0.arp_filter",
            "net.ipv4.conf.wan0.rp_filter",
            "net.ipv4.conf.lan0.arp_ignore");

    /** Without it all works, and each start takes twice as long: nothing else would tell that it is not made any more. */
    @Test
    void theBuildMadeAnArchiveOfTheClassesThatAStartLoads() {
        Path built = Checkout.home().resolve("daemon/target");
        assertThat(built.resolve("carpd.jsa"))
                .as("daemon/target/carpd.rehearsal tells why it is not there")
                .isNotEmptyFile();
        assertThat(built.resolve("carpctl.jsa")).isNotEmptyFile();
    }

    @Test
    void aCleanStopRemovesAddressesAndDevicesAndRestoresSysctls() {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            String before = sysctls(pair.a);
            pair.a.start();
            awaitAddresses(pair.a);
            assertThat(rules(pair.a)).contains("00:00:5e:00:01:01");
            assertThat(sysctls(pair.a)).as("services may bind the addresses").isNotEqualTo(before);
            assertThat(pair.a.stop()).as("exit status").isZero();
            assertThat(rules(pair.a)).doesNotContain("00:00:5e:00:01");
            assertThat(addresses(pair.a)).doesNotContain("203.0.113.1/");
            assertThat(sysctls(pair.a)).isEqualTo(before);
        }
    }

    @Test
    void aStartAfterACrashRemovesWhatTheDeadOneLeft() {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            String before = sysctls(pair.a);
            pair.a.start();
            awaitAddresses(pair.a);
            pair.a.kill();
            assertThat(addresses(pair.a)).as("left by the dead one").contains("203.0.113.1/");
            pair.b.start();
            pair.b.awaitState("master", Pair.START_LIMIT);
            pair.a.configure(io.mirrorcarp.lab.firewall.Topology.settingsA().withAdvskew(200));
            pair.a.start();
            pair.a.await("BACKUP", Statuses.every("backup"), Pair.START_LIMIT);
            assertThat(addresses(pair.a)).doesNotContain("203.0.113.1/");
            assertThat(rules(pair.a)).doesNotContain("00:00:5e:00:01");
            pair.a.stop();
            assertThat(sysctls(pair.a)).as("what the first of the two found").isEqualTo(before);
        }
    }

    @Test
    void aStartWithAFaultyFileRemovesWhatADeadOneLeft() throws IOException {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            String before = sysctls(pair.a);
            pair.a.start();
            awaitAddresses(pair.a);
            pair.a.kill();
            assertThat(sysctls(pair.a)).as("left by the dead one").isNotEqualTo(before);
            Path file = pair.a.carpd().configFile();
            Files.writeString(file, Files.readString(file).replace("advskew", "advscew"));
            var second = carpd(pair.a);
            assertThat(second.exitStatus()).as(second.err()).isEqualTo(4);
            assertThat(second.err()).contains("advscew").contains("advskew");
            assertThat(addresses(pair.a)).doesNotContain("203.0.113.1/").doesNotContain("10.0.0.1/");
            assertThat(rules(pair.a)).doesNotContain("00:00:5e:00:01");
            assertThat(sysctls(pair.a)).isEqualTo(before);
        }
    }

    @Test
    void aStartWithAFaultyFileTakesNothingFromADaemonThatRuns() throws IOException {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            pair.a.start();
            awaitAddresses(pair.a);
            String running = sysctls(pair.a);
            Path file = pair.a.carpd().configFile();
            Files.writeString(file, Files.readString(file) + "\n[carp.wan\n");
            assertThat(carpd(pair.a).exitStatus()).isEqualTo(4);
            assertThat(addresses(pair.a)).contains("203.0.113.1/").contains("10.0.0.1/");
            assertThat(sysctls(pair.a)).isEqualTo(running);
        }
    }

    @Test
    void aBackupHasNoVirtualAddressAndNoVirtualMac() {
        try (Pair pair = Pair.inSync()) {
            assertThat(rules(pair.b)).doesNotContain("00:00:5e:00:01");
            assertThat(addresses(pair.b)).doesNotContain("203.0.113.1/").doesNotContain("10.0.0.1/");
        }
    }

    @Test
    void withoutANatHookTheLogSaysWhatWillNotWorkAndWhatToDo() {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            pair.a
                    .host()
                    .run("nft", "delete", "chain", "inet", "router", "postrouting")
                    .orThrow();
            pair.a.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            assertThat(pair.a.carpd().log()).contains("no NAT hook for IPv4").contains("nft add table ip nat");
        }
    }

    @Test
    void eventsAreTurnedOnAtTheStart() {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            pair.a.host().sysctl("net.netfilter.nf_conntrack_events=2");
            pair.a.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            assertThat(pair.a
                            .host()
                            .run("sysctl", "-n", "net.netfilter.nf_conntrack_events")
                            .out()
                            .strip())
                    .isEqualTo("1");
            assertThat(pair.a.carpd().log()).contains("nf_conntrack_events");
        }
    }

    @Test
    void aSecondDaemonOnTheSameSocketIsRefused() {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            pair.a.start();
            awaitAddresses(pair.a);
            var second = carpd(pair.a);
            assertThat(second.exitStatus()).isEqualTo(1);
            assertThat(second.err() + second.out()).contains("another carpd").contains("admin.sock");
            assertThat(addresses(pair.a))
                    .as("still the first one's")
                    .contains("203.0.113.1/")
                    .contains("10.0.0.1/");
        }
    }

    /** Starts one more daemon with the file of the firewall, and waits for its end. */
    private static CommandResult carpd(Firewall firewall) {
        return firewall.host()
                .run(
                        Checkout.home().resolve("bin/carpd").toString(),
                        "--config",
                        firewall.carpd().configFile().toString());
    }

    /** The addresses come a few milliseconds after the state. */
    private static void awaitAddresses(Firewall firewall) {
        firewall.awaitState("master", Pair.START_LIMIT);
        Awaitility.await("virtual addresses")
                .atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(10))
                .until(() -> addresses(firewall).contains("203.0.113.1/")
                        && addresses(firewall).contains("10.0.0.1/"));
    }

    private static String sysctls(Firewall firewall) {
        StringBuilder values = new StringBuilder();
        for (String name : SYSCTLS) {
            values.append(firewall.host().run("sysctl", name).orThrow().out());
        }
        return values.toString();
    }

    private static String rules(Firewall firewall) {
        return firewall.host().run("nft", "list", "ruleset").orThrow().out();
    }

    private static String addresses(Firewall firewall) {
        return firewall.host().run("ip", "-o", "address").orThrow().out();
    }
}
