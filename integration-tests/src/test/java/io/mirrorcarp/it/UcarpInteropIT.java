// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Carpd;
import io.mirrorcarp.lab.firewall.LabKeys;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import io.mirrorcarp.lab.net.LabProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Debian's ucarp as the other node of one virtual host.
 *
 * <pre>
 *   ours 10.77.0.1 ---+--- 10.77.0.2 ucarp
 *                     |
 *              virtual 10.77.0.100, vhid 42
 * </pre>
 */
class UcarpInteropIT implements AutoCloseable {
    /** ucarp polls once in a second and reads its socket up to a second late. */
    private static final Duration UCARP_LIMIT = Duration.ofSeconds(15);

    private final Lab lab = Lab.open();
    private final LabNetwork lan = lab.network("lan");
    private final LabHost ours = host("ours", "10.77.0.1/24");
    private final LabHost theirs = host("theirs", "10.77.0.2/24");
    private final LabKeys keys = LabKeys.random();
    private final Carpd carpd = new Carpd(ours, keys);

    private LabHost host(String name, String address) {
        LabHost host = lab.host(name);
        host.plug(lan, "eth0");
        host.address("eth0", address);
        return host;
    }

    @org.junit.jupiter.api.AfterEach
    @Override
    public void close() {
        lab.close();
    }

    @Test
    void ucarpTakesOverFromUsAndWeFromUcarp() throws Exception {
        startOurs(0);
        carpd.await("MASTER", Statuses.every("master"), Pair.START_LIMIT);
        LabProcess ucarp = startUcarp(50);
        awaitUcarp(ucarp, "Switching to state: BACKUP", 1);

        carpd.process().terminate();
        assertThat(carpd.process().awaitEnd(Duration.ofSeconds(10))).isTrue();
        awaitUcarp(ucarp, "Switching to state: MASTER", 1);

        startOurs(0);
        carpd.await("MASTER again: preempts the slower ucarp", Statuses.every("master"), Pair.START_LIMIT);
        awaitUcarp(ucarp, "Switching to state: BACKUP", 2);
        assertThat(carpd.stats().path("carp").path("badAuth").asInt())
                .as("digests refused")
                .isZero();
        assertThat(carpd.stats().path("carp").path("packetsReceived").asInt()).isPositive();
        assertThat(ucarp.log()).doesNotContain("Bad digest");
    }

    @Test
    void weStandByForUcarpAndTakeOverWhenItDies() throws Exception {
        LabProcess ucarp = startUcarp(0);
        awaitUcarp(ucarp, "Switching to state: MASTER", 1);
        startOurs(100);
        carpd.await(
                "BACKUP of ucarp",
                Statuses.every("backup")
                        .and(status ->
                                status.path("vhids").path(0).path("peers").size() == 1),
                Pair.START_LIMIT);
        ucarp.kill();
        var status = carpd.await("MASTER", Statuses.every("master"), UCARP_LIMIT);
        assertThat(Pair.reason(status, "lan")).isEqualTo("master timed out");
    }

    @Test
    void whenWeAreDemotedUcarpTakesOverAndGivesBackAfterwards() throws Exception {
        startOurs(0);
        carpd.await("MASTER", Statuses.every("master"), Pair.START_LIMIT);
        LabProcess ucarp = startUcarp(50);
        awaitUcarp(ucarp, "Switching to state: BACKUP", 1);
        carpd.carpctl("demote", "100", "--reason", "maintenance").orThrow();
        awaitUcarp(ucarp, "Switching to state: MASTER", 1);
        carpd.await("BACKUP, demoted", Statuses.every("backup"), UCARP_LIMIT);
        carpd.carpctl("demote", "--reset").orThrow();
        carpd.await("MASTER again", Statuses.every("master"), UCARP_LIMIT);
        awaitUcarp(ucarp, "Switching to state: BACKUP", 2);
    }

    private void startOurs(int advskew) {
        carpd.configure("""
                [node]
                name = "ours"
                [global]
                preempt = true
                [carp.lan]
                vhid     = 42
                carpdev  = "eth0"
                advskew  = %d
                passFile = "carp.key"
                address  = ["10.77.0.100/24"]
                [admin]
                socket = "%s"
                http = ""
                [metrics]
                http = ""
                """.formatted(advskew, carpd.socket()));
        carpd.start();
    }

    private LabProcess startUcarp(int advskew) throws Exception {
        Path up = script("up", "ip address add 10.77.0.100/32 dev eth0");
        Path down = script("down", "ip address del 10.77.0.100/32 dev eth0");
        Path pass = theirs.directory().resolve("pass");
        Files.writeString(pass, keys.passphrase() + "\n");
        return theirs.spawn(
                "ucarp",
                "ucarp",
                "--interface=eth0",
                "--srcip=10.77.0.2",
                "--vhid=42",
                "--passfile=" + pass,
                "--addr=10.77.0.100",
                "--advbase=1",
                "--advskew=" + advskew,
                "--preempt",
                "--upscript=" + up,
                "--downscript=" + down);
    }

    private Path script(String name, String command) throws Exception {
        Path file = theirs.directory().resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + command + " 2>/dev/null\nexit 0\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    /** Waits until ucarp has logged a line so many times. */
    private static void awaitUcarp(LabProcess ucarp, String line, int times) {
        Awaitility.await("ucarp, " + times + " times: " + line)
                .atMost(UCARP_LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> ucarp.log().split(Pattern.quote(line), -1).length > times);
    }
}
