// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * What configures networks beside carpd, on a Debian 12 of its own: NetworkManager, ifupdown and systemd-networkd, each with the carpdev of a master. Whoever takes the
 * virtual address away, it is there again at once, and the node stays master.
 */
@EnabledIfSystemProperty(
        named = "load",
        matches = "true",
        disabledReason = "installs packages and boots a system: run it with -Dload=true")
class NetworkProgramsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String VIRTUAL = "10.0.0.1/";

    private static DebianSystem system;

    @BeforeAll
    static void boot() throws IOException {
        system = DebianSystem.boot("fw-a", "network-manager", "ifupdown");
        Files.copy(Built.deb(), system.file("/root/carpd.deb"));
        system.sh("dpkg -i /root/carpd.deb 2>&1");
        system.sh("systemctl stop NetworkManager; ip link add lan0 type veth peer name lan9; ip link set lan9 up;"
                + " nmcli --version >/dev/null");
        Files.writeString(system.file("/etc/carpd/carpd.toml"), """
                [carp.lan]
                vhid = 2
                carpdev = "lan0"
                pass = "secret"
                address = ["10.0.0.1/24"]
                """);
    }

    @AfterAll
    static void shutDown() {
        if (system != null) {
            system.close();
        }
    }

    private static void startCarpd() {
        system.sh("systemctl restart carpd");
        awaitMaster();
    }

    private static void awaitMaster() {
        Awaitility.await("master")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(300))
                .until(() -> hasAddress() && transitions() > 0);
    }

    private static boolean hasAddress() {
        return system.sh("ip -o -4 address show dev lan0").contains(VIRTUAL);
    }

    /** How often it became master. */
    private static long transitions() {
        return system.sh("journalctl -o cat -u carpd")
                .lines()
                .filter(line -> line.contains("-> MASTER"))
                .count();
    }

    /** Runs the command, and asserts that the address that it takes away is put back, and that nobody had to be elected for it. */
    private static void isPutBackAfter(String command) {
        long before = transitions();
        system.sh(command);
        Awaitility.await(command)
                .atMost(Duration.ofSeconds(5))
                .pollInterval(Duration.ofMillis(50))
                .until(NetworkProgramsIT::hasAddress);
        assertThat(transitions()).as("elections after " + command).isEqualTo(before);
    }

    @Test
    void networkManagerMayConfigureTheCarpdevAgain() {
        system.sh("systemctl start NetworkManager; nmcli connection add type ethernet ifname lan0 con-name lan"
                + " ipv4.method manual ipv4.addresses 10.0.0.2/24 ipv6.method disabled");
        Awaitility.await("NetworkManager manages lan0")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> system.run("nmcli", "connection", "up", "lan").exitStatus() == 0);
        try {
            startCarpd();
            isPutBackAfter("nmcli device reapply lan0");
            isPutBackAfter("nmcli connection up lan");
            isPutBackAfter("systemctl restart NetworkManager");
            assertThat(system.sh("journalctl -o cat -u carpd"))
                    .as("it was taken away")
                    .contains("addresses that were taken away are put back");
        } finally {
            system.sh("nmcli connection delete lan; systemctl stop NetworkManager carpd; ip address flush dev lan0");
        }
    }

    /** ifdown takes the link down, and so the node gives the address up; ifup brings both back. */
    @Test
    void ifupdownTakesTheLinkDownAndBringsItBack() throws IOException {
        Files.writeString(
                system.file("/etc/network/interfaces"), "auto lan0\niface lan0 inet static\n    address 10.0.0.2/24\n");
        system.sh("ifup lan0");
        try {
            startCarpd();
            isPutBackAfter("ip address flush dev lan0 scope global; ip address add 10.0.0.2/24 dev lan0");
            system.sh("ifdown lan0");
            Awaitility.await().atMost(LIMIT).until(() -> !hasAddress());
            system.sh("ifup lan0");
            awaitMaster();
        } finally {
            // NetworkManager leaves alone what is in that file.
            system.sh("systemctl stop carpd; ifdown lan0; ip link set lan0 up; ip address flush dev lan0;"
                    + " : > /etc/network/interfaces");
        }
    }

    @Test
    void networkdMayConfigureTheCarpdevAgain() throws IOException {
        Files.writeString(system.file("/etc/systemd/network/lan.network"), """
                [Match]
                Name=lan0
                [Network]
                Address=10.0.0.2/24
                KeepConfiguration=static
                """);
        system.sh("systemctl start systemd-networkd; networkctl reload");
        try {
            startCarpd();
            isPutBackAfter("networkctl reconfigure lan0");
            isPutBackAfter("systemctl restart systemd-networkd");
        } finally {
            system.sh("systemctl stop carpd systemd-networkd.socket systemd-networkd; ip address flush dev lan0");
        }
    }
}
