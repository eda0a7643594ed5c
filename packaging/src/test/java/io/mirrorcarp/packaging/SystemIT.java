// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The life of the package on two Debian 12 systems, in the order of the methods: installed, configured, used, broken, upgraded, rebooted, purged. Takes some minutes,
 * and a minute more the first time, when debootstrap makes the tree.
 */
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "boots systems for minutes: run it with -Dload=true")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SystemIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Packing 40 MB takes a minute on a busy machine. */
    private static final Duration PACK_LIMIT = Duration.ofMinutes(5);

    private static final List<String> DEVICES = List.of("lan0", "wan0", "sync0");
    private static final String MASTER = "MASTER of wan, lan; in sync with fw-b";
    private static final String BACKUP = "BACKUP of wan, lan; in sync with fw-a";

    private static final String CONFIGURATION = """
            [carp.wan]
            vhid     = 1
            carpdev  = "wan0"
            advskew  = SKEW
            passFile = "carp.key"
            address  = ["203.0.113.1/24"]
            [carp.lan]
            vhid     = 2
            carpdev  = "lan0"
            advskew  = SKEW
            passFile = "carp.key"
            address  = ["10.0.0.1/24"]
            [pfsync]
            syncdev   = "sync0"
            keys      = { 1 = "sync.key" }
            activeKey = 1
            [hooks]
            dir = "/etc/carpd/hooks.d"
            """;

    private static DebianSystem a;
    private static DebianSystem b;

    @BeforeAll
    static void boot() throws IOException {
        a = DebianSystem.boot("fw-a");
        b = DebianSystem.boot("fw-b");
        for (DebianSystem system : List.of(a, b)) {
            Files.copy(Built.deb(), system.file("/root/carpd.deb"));
            system.sh("find / -xdev -not -path '/proc/*' -not -path '/sys/*' | sort > /root/before");
        }
        DEVICES.forEach(device -> DebianSystem.plug(a, b, device));
    }

    @AfterAll
    static void shutDown() {
        for (DebianSystem system : new DebianSystem[] {a, b}) {
            if (system != null) {
                system.close();
            }
        }
    }

    /** As a router's network configuration would, whenever that comes. */
    private static void configureNetwork(DebianSystem system, int host) {
        system.sh("ip addr add 10.0.0." + host + "/24 dev lan0; ip addr add 203.0.113." + host + "/24 dev wan0;"
                + " ip addr add 192.0.2." + (host - 1) + "/30 dev sync0;"
                + " for d in lan0 wan0 sync0; do ip link set $d up; done;"
                + " nft 'add table ip nat; add chain ip nat post { type nat hook postrouting priority srcnat; }'");
    }

    @Test
    @Order(1)
    void itInstallsWithoutStartingWhatHasNoConfiguration() {
        for (DebianSystem system : List.of(a, b)) {
            String said = system.sh("dpkg -i /root/carpd.deb 2>&1");
            assertThat(said).contains("/usr/share/doc/carpd/examples").doesNotContain("without a class archive");
            assertThat(system.sh("systemctl is-enabled carpd.service").strip()).isEqualTo("enabled");
            assertThat(system.run("systemctl", "is-active", "carpd").out().strip())
                    .isEqualTo("inactive");
            assertThat(system.sh("stat -c '%a %U:%G' /etc/carpd").strip()).isEqualTo("750 root:carpd");
            assertThat(system.sh("ls /usr/lib/carpd/*.jsa /usr/lib/carpd/native | wc -l")
                            .strip())
                    .isEqualTo("6");
            assertThat(system.sh("sysctl -n net.netfilter.nf_conntrack_tcp_loose")
                            .strip())
                    .isEqualTo("0");
            assertThat(system.sh("carpctl version")).isNotBlank();
        }
    }

    @Test
    @Order(2)
    void aPairWithKeysThatRootWroteComesUpAndTellsSystemdHowItIs() throws IOException {
        a.sh("cd /etc/carpd && (umask 077; head -c 12 /dev/urandom | base64 > carp.key) && carpctl key new sync.key");
        for (DebianSystem system : List.of(a, b)) {
            Path directory = system.file("/etc/carpd");
            Files.writeString(
                    directory.resolve("carpd.toml"), CONFIGURATION.replace("SKEW", system == a ? "0" : "100"));
            system.sh("printf '#!/bin/sh\\nid -u >/root/hook.$CARP_NAME.$1\\n' >/etc/carpd/hooks.d/10-test;"
                    + " chmod 755 /etc/carpd/hooks.d/10-test");
        }
        Commands.run(
                        List.of(
                                "cp",
                                a.file("/etc/carpd/carp.key").toString(),
                                a.file("/etc/carpd/sync.key").toString(),
                                b.file("/etc/carpd").toString()),
                        "",
                        LIMIT)
                .orThrow();
        configureNetwork(a, 2);
        configureNetwork(b, 3);
        a.sh("systemctl start carpd");
        b.sh("systemctl start carpd");
        awaitStatus(a, MASTER);
        awaitStatus(b, BACKUP);
        assertThat(a.sh("stat -c %U /etc/carpd/sync.key").strip()).isEqualTo("carpd");
    }

    @Test
    @Order(3)
    void itRunsAsItsOwnUserWithThreeCapabilitiesAndTheElectionAhead() {
        String status = a.sh("cat /proc/" + pid(a) + "/status");
        assertThat(status).contains("CapEff:\t0000000000803000").contains("NoNewPrivs:\t1");
        assertThat(a.sh("ps -o user= -p " + pid(a)).strip()).isEqualTo("carpd");
        assertThat(a.sh("ps -T -o cls= -p " + pid(a))).contains("RR");
        assertThat(a.sh("grep 'Max core' /proc/" + pid(a) + "/limits")).matches("(?s)Max core file size +0 +0 .*");
    }

    @Test
    @Order(4)
    void otherUnitsAndToolsSeeTheState() {
        await(
                "targets",
                () -> a.sh("systemctl is-active carp-master@wan.target carp-master@lan.target || true")
                        .equals("active\nactive\n"));
        await(
                "targets",
                () -> b.sh("systemctl is-active carp-master@wan.target carp-backup@wan.target || true")
                        .equals("inactive\nactive\n"));
        assertThat(a.sh("journalctl -o cat CARP_VHID=1"))
                .contains("BACKUP -> MASTER")
                .doesNotContain("VHID 2");
        assertThat(a.sh("journalctl -o json --output-fields=CARP_STATE,MESSAGE_ID CARP_VHID=2 | tail -n 1"))
                .contains("\"CARP_STATE\":\"master\"");
        await(
                "the hook, run as root",
                () -> a.run("cat", "/root/hook.wan.master").out().strip().equals("0"));
    }

    @Test
    @Order(5)
    void aProgramThatOthersThanRootMayChangeIsNotRunWithRootsRights() {
        String answer = a.sh("install -o carpd -m 755 /bin/true /etc/carpd/mine;"
                + " printf 'run 5 /etc/carpd/mine\\nend\\n' | /usr/lib/carpd/run-hook; rm /etc/carpd/mine");
        assertThat(answer).contains("others than root can change it").contains("exit 126");
    }

    @Test
    @Order(6)
    void aFrozenElectionIsEndedByTheWatchdogAndComesBack() {
        String frozen = pid(a);
        a.sh("kill -STOP " + frozen);
        await("ended by the watchdog", () -> a.sh("journalctl -o cat -u carpd").contains("Watchdog timeout"));
        await("another one runs", () -> isActive(a) && !pid(a).equals(frozen));
        awaitStatus(a, MASTER);
    }

    @Test
    @Order(7)
    void whatAKilledDaemonLeftIsRemovedEvenWhenItCannotStartAgain() throws IOException {
        Path file = a.file("/etc/carpd/carpd.toml");
        String good = Files.readString(file);
        Files.writeString(file, good + "\n[globl]\n");
        a.sh("kill -KILL " + pid(a));
        await(
                "failed",
                () -> a.run("systemctl", "is-failed", "carpd").out().strip().equals("failed"));
        assertThat(a.sh("ip -o address")).doesNotContain("203.0.113.1/").doesNotContain("10.0.0.1/");
        assertThat(a.sh("journalctl -o cat -u carpd")).contains("did you mean \"global\"?");
        Files.writeString(file, good);
        a.sh("systemctl start carpd");
        awaitStatus(a, MASTER);
    }

    @Test
    @Order(8)
    void anUpgradeLeavesTheRunningDaemonAloneAndSaysWhatToDo() throws IOException {
        String pid = pid(a);
        upgrade();
        String said = a.sh("dpkg -i /root/newer.deb 2>&1");
        assertThat(said).contains("nothing fails over by itself").contains("carpctl restart --rolling");
        assertThat(pid(a)).isEqualTo(pid);
        assertThat(statusText(b)).isEqualTo(BACKUP);
        // What the old one has not loaded yet comes from files that the upgrade has replaced.
        a.sh("carpctl pfsync verify; kill -USR1 " + pid);
        a.sh("systemctl stop carpd");
        assertThat(a.sh("systemctl show -p Result --value carpd").strip()).isEqualTo("success");
        assertThat(a.sh("journalctl -o cat -u carpd"))
                .doesNotContain("NoClassDefFoundError")
                .doesNotContain("ClassNotFound");
        a.sh("systemctl start carpd");
        awaitStatus(a, MASTER);
    }

    /** Word by word what the upgrade says. */
    @Test
    @Order(9)
    void aRollingRestartAsTheUpgradeSaysItLeavesBothReady() {
        String before = pid(b);
        assertThat(b.sh("carpctl restart --rolling")).contains("fw-b runs again and holds every state");
        assertThat(pid(b)).isNotEqualTo(before);
        assertThat(a.sh("carpctl restart --rolling"))
                .contains("fw-b is master of", "fw-a runs again and holds every state");
        awaitStatus(a, MASTER);
        awaitStatus(b, BACKUP);
    }

    /** The same files as another version. */
    private static void upgrade() throws IOException {
        Path directory = Files.createTempDirectory("carpd-deb");
        String tree = directory.resolve("tree").toString();
        String script = "dpkg-deb -R " + Built.deb() + " " + tree + " && sed -i 's/^Version: .*/Version: 99/' " + tree
                + "/DEBIAN/control"
                + " && cd " + tree + "/usr/lib/carpd && mv daemon-*.jar daemon-99.jar"
                + " && dpkg-deb -Zgzip -b " + tree + " " + a.file("/root/newer.deb") + "; rm -rf " + directory;
        Commands.run(List.of("sh", "-c", script), "", PACK_LIMIT).orThrow();
    }

    @Test
    @Order(10)
    void anUpgradeOfJavaMakesTheArchivesAnew() {
        a.sh(
                "touch -d yesterday /usr/lib/carpd/carpd.jsa; dpkg-trigger --no-await /usr/lib/jvm; dpkg --triggers-only carpd");
        assertThat(a.sh("find /usr/lib/carpd/carpd.jsa -mmin -10")).contains("carpd.jsa");
    }

    /** Its cables and addresses come after carpd: the slowest network of all. */
    @Test
    @Order(11)
    void aRebootedNodeJoinsByItselfHoweverLateItsDevicesCome() throws IOException {
        a.reboot();
        assertThat(a.sh("systemctl is-active carpd").strip()).isEqualTo("active");
        DEVICES.forEach(device -> DebianSystem.plug(a, b, device));
        configureNetwork(a, 2);
        configureNetwork(b, 3);
        awaitStatus(a, MASTER);
        awaitStatus(b, BACKUP);
    }

    @Test
    @Order(12)
    void aPurgeLeavesNothing() {
        a.sh("dpkg --purge carpd");
        String left = a.sh("find / -xdev -not -path '/proc/*' -not -path '/sys/*' | sort > /root/after;"
                + " comm -13 /root/before /root/after | grep -Ei 'carp' || true");
        assertThat(left).isEmpty();
        assertThat(a.sh("find /run -iname '*carp*'")).isEmpty();
        assertThat(a.run("getent", "passwd", "carpd").exitStatus()).isEqualTo(2);
        assertThat(a.sh("systemctl list-unit-files 'carp*' --no-legend || true"))
                .isEmpty();
        assertThat(a.sh("ip -o address")).doesNotContain("203.0.113.1/");
    }

    /** Never that of a service that does not run, 0, which would be the group of the test itself. */
    private static String pid(DebianSystem system) {
        String pid = system.sh("systemctl show -p MainPID --value carpd").strip();
        assertThat(pid).as(() -> journal(system)).matches("[1-9][0-9]+");
        return pid;
    }

    private static boolean isActive(DebianSystem system) {
        return system.run("systemctl", "is-active", "carpd").out().strip().equals("active");
    }

    private static String statusText(DebianSystem system) {
        return system.sh("systemctl show -p StatusText --value carpd").strip();
    }

    private static void awaitStatus(DebianSystem system, String wanted) {
        Awaitility.await(system.name() + ": " + wanted)
                .atMost(LIMIT)
                .conditionEvaluationListener(evaluated -> {})
                .untilAsserted(() ->
                        assertThat(statusText(system)).as(() -> journal(system)).isEqualTo(wanted));
    }

    private static String journal(DebianSystem system) {
        CommandResult journal = system.run("journalctl", "-o", "cat", "-u", "carpd", "-n", "30", "--no-pager");
        return journal.out();
    }

    private static void await(String what, java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(300))
                .until(condition);
    }
}
