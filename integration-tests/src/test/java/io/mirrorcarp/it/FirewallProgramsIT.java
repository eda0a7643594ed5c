// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mirrorcarp.lab.net.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** firewalld and Shorewall, the real ones, in the namespace of the master. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FirewallProgramsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final String BUS = """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
              "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <type>system</type>
              <listen>unix:path=%s</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow user="*"/><allow own="*"/><allow send_destination="*"/><allow receive_sender="*"/>
              </policy>
            </busconfig>
            """;

    private RuledRouter router;

    @BeforeAll
    void start() {
        router = new RuledRouter();
    }

    @AfterAll
    void close() {
        router.close();
    }

    @BeforeEach
    void reset() {
        router.reset();
    }

    /** Its package starts it on the machine, so that no script of ours installs it. */
    private static void needs(String program) {
        assumeTrue(
                Commands.run("sh", "-c", "command -v " + program).succeeded(), "needs " + program + ": not installed");
    }

    @Test
    void firewalldsZonesApplyAndItsReloadLeavesTheAddressWorking() throws IOException {
        needs("firewalld");
        Path directory = Files.createDirectories(router.host().directory().resolve("firewalld"));
        Path bus = directory.resolve("bus");
        Files.writeString(directory.resolve("bus.conf"), BUS.formatted(bus));
        String configuration = " --system-config " + directory + "/etc ";
        router.shell("cp -r /etc/firewalld " + directory + "/etc").orThrow();
        for (String change : new String[] {
            "--zone=internal --add-interface=lan0",
            "--zone=external --add-interface=wan0",
            "--new-policy=out",
            "--policy=out --add-ingress-zone=internal",
            "--policy=out --add-egress-zone=external",
            "--policy=out --set-target=ACCEPT"
        }) {
            router.shell("firewall-offline-cmd" + configuration + change).orThrow();
        }
        router.host()
                .spawn("dbus", "dbus-daemon", "--config-file=" + directory + "/bus.conf", "--nofork", "--nopidfile");
        Awaitility.await("the bus").atMost(LIMIT).until(() -> Files.exists(bus));
        String environment = "DBUS_SYSTEM_BUS_ADDRESS=unix:path=" + bus;
        router.host()
                .spawn(
                        "firewalld",
                        "sh",
                        "-c",
                        "exec env " + environment + " firewalld --nofork --nopid" + configuration + "--log-file "
                                + directory + "/log");
        Awaitility.await("firewalld")
                .atMost(LIMIT)
                .until(() -> router.shell(environment + " firewall-cmd --state").succeeded());
        assertThat(router.carriesANewConnection())
                .as("from internal to external")
                .isTrue();
        assertThat(router.answersAsGateway()).isTrue();
        router.shell(environment + " firewall-cmd --zone=internal --remove-interface=lan0")
                .orThrow();
        assertThat(router.carriesANewConnection())
                .as("control: lan0 in no zone of the policy")
                .isFalse();
        router.shell(environment + " firewall-cmd --reload").orThrow();
        assertThat(router.carriesANewConnection()).as("after the reload").isTrue();
        assertThat(router.answersAsGateway()).isTrue();
        router.host().processes().stream()
                .filter(process -> !process.equals(router.firewall().carpd().process()))
                .forEach(process -> process.kill());
    }

    @Test
    void shorewallsZonesApply() throws IOException {
        needs("shorewall");
        Path directory = Files.createDirectories(router.host().directory().resolve("shorewall"));
        shorewall(directory, "loc net ACCEPT\n");
        assertThat(router.carriesANewConnection()).as("from loc to net").isTrue();
        assertThat(router.answersAsGateway()).isTrue();
        shorewall(directory, "");
        assertThat(router.carriesANewConnection())
                .as("control: without that policy")
                .isFalse();
    }

    private void shorewall(Path directory, String policy) throws IOException {
        router.reset();
        Files.writeString(directory.resolve("zones"), "fw firewall\nnet ipv4\nloc ipv4\n");
        Files.writeString(directory.resolve("interfaces"), "?FORMAT 2\nnet wan0\nloc lan0\n");
        Files.writeString(directory.resolve("policy"), "fw all ACCEPT\n" + policy + "all all DROP\n");
        Files.writeString(directory.resolve("rules"), "ACCEPT all fw 112\nPing(ACCEPT) all fw\n");
        Files.writeString(directory.resolve("snat"), "SNAT(203.0.113.1) 10.0.0.0/24 wan0\n");
        router.shell("sed 's/^STARTUP_ENABLED=.*/STARTUP_ENABLED=Yes/' /etc/shorewall/shorewall.conf > " + directory
                        + "/shorewall.conf")
                .orThrow();
        Path script = directory.resolve("script");
        router.shell("shorewall -q compile " + directory + " " + script).orThrow();
        Files.createDirectories(directory.resolve("var"));
        router.shell("VARDIR=" + directory + "/var sh " + script + " start").orThrow();
    }
}
