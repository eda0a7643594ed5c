// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Carpd;
import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.LabKeys;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import io.mirrorcarp.lab.net.LabProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * A pair of Debian's keepalived that is replaced node by node, with addresses of both families. The configuration of carpd is what {@code carpctl import --keep-vrrp} makes of keepalived's.
 *
 * <pre>
 *   a 10.78.0.1 fd78::1 ---+--- 10.78.0.2 fd78::2 b
 *   client 10.78.0.9 ------+      virtual 10.78.0.100, fd78::100, router id 51
 * </pre>
 */
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes 20 s: bin/test --load")
class VrrpIT {
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private final Lab lab = Lab.open();
    private final LabNetwork lan = lab.network("lan");
    private final LabHost a = host("a", 1);
    private final LabHost b = host("b", 2);
    private final LabHost client = host("client", 9);
    private final LabKeys keys = LabKeys.random();

    private LabHost host(String name, int number) {
        LabHost host = lab.host(name);
        host.plug(lan, "eth0");
        host.address("eth0", "10.78.0." + number + "/24");
        host.address("eth0", "fd78::" + number + "/64");
        return host;
    }

    @AfterEach
    void close() {
        lab.close();
    }

    @Test
    void aPairOfKeepalivedIsReplacedNodeByNode() throws Exception {
        LabProcess keepalivedA = keepalived(a, 150);
        LabProcess keepalivedB = keepalived(b, 100);
        expectAnswers("keepalived of a");
        keepalivedB.terminate();
        assertThat(keepalivedB.awaitEnd(LIMIT)).isTrue();

        Carpd ofB = carpd(b, 100);
        JsonNode status =
                ofB.await("BACKUP of keepalived", Statuses.every("backup").and(VrrpIT::hearsBothFamilies), LIMIT);
        JsonNode vhid = status.path("vhids").path(0);
        assertThat(vhid.path("protocol").asText()).isEqualTo("vrrp3");
        assertThat(vhid.path("priority").asInt()).isEqualTo(100);
        assertThat(vhid.path("peers").path(0).path("priority").asInt()).isEqualTo(150);
        assertThat(ofB.carpctl("doctor").out()).doesNotContain("vrid-clash");

        keepalivedA.terminate();
        JsonNode master = ofB.await("MASTER", Statuses.every("master"), LIMIT);
        assertThat(Pair.reason(master, "four")).isEqualTo("master resigned");
        expectAnswers("b");
        // keepalived without use_vmac answers with the MAC of its interface, and so does what was imported.
        String mac = b.run("cat", "/sys/class/net/eth0/address").out().strip();
        assertThat(client.run("ip", "neigh", "show", "10.78.0.100").out()).contains(mac);
        assertThat(client.run("ip", "neigh", "show", "fd78::100").out()).contains(mac);

        Carpd ofA = carpd(a, 150);
        ofA.await("MASTER", Statuses.every("master"), LIMIT);
        ofB.await("BACKUP", Statuses.every("backup"), LIMIT);
        expectAnswers("a");
        ofA.carpctl("demote", "100", "--reason", "test").orThrow();
        ofB.await("MASTER of a demoted one", Statuses.every("master"), LIMIT);
        assertThat(ofA.carpctl("status").orThrow().out()).contains("prio 150>50");
        ofA.carpctl("demote", "--reset").orThrow();
        ofA.await("MASTER again", Statuses.every("master"), LIMIT);

        String file = ofB.configFile().toString();
        assertThat(ofB.carpctl("config", "show", file).orThrow().out())
                .contains("protocol = \"vrrp3\"", "priority = 100");
        assertThat(ofB.stats().path("carp").path("badVersion").asInt()).isZero();
    }

    private static boolean hearsBothFamilies(JsonNode status) {
        return status.path("vhids").path(0).path("peers").size() == 2;
    }

    private void expectAnswers(String who) {
        for (String address : new String[] {"10.78.0.100", "fd78::100"}) {
            Awaitility.await(who + " answers " + address)
                    .atMost(LIMIT)
                    .until(() -> client.run("ping", "-c1", "-W1", address).succeeded());
        }
    }

    private Carpd carpd(LabHost host, int priority) {
        Carpd carpd = new Carpd(host, keys);
        CommandResult imported = host.run(
                Checkout.home().resolve("bin/carpctl").toString(),
                "import",
                "--keep-vrrp",
                "--dry-run",
                host.directory().resolve("keepalived.conf").toString());
        assertThat(imported.out())
                .contains("protocol = \"vrrp3\"", "vhid = 51", "priority = " + priority, "interval = \"500ms\"")
                .contains("\"10.78.0.100/24\", \"fd78::100/64\"");
        carpd.configure(imported.out() + """

                [admin]
                socket = "%s"
                http = ""
                [metrics]
                http = ""
                """.formatted(carpd.socket()));
        carpd.start();
        return carpd;
    }

    private static LabProcess keepalived(LabHost host, int priority) throws Exception {
        Path file = host.directory().resolve("keepalived.conf");
        Files.writeString(
                file,
                """
                global_defs {
                  router_id %s
                  vrrp_version 3
                }
                vrrp_sync_group both {
                  group {
                    four
                    six
                  }
                }
                """.formatted(host.name())
                        + instance("four", priority, "10.78.0.100/24")
                        + instance("six", priority, "fd78::100/64"));
        return host.spawn(
                "keepalived",
                "keepalived",
                "--dont-fork",
                "--log-console",
                "--vrrp",
                "--use-file=" + file,
                "--pid=" + host.directory().resolve("keepalived.pid"),
                "--vrrp_pid=" + host.directory().resolve("vrrp.pid"));
    }

    private static String instance(String name, int priority, String address) {
        return """
                vrrp_instance %s {
                  state BACKUP
                  interface eth0
                  virtual_router_id 51
                  priority %d
                  advert_int 0.5
                  virtual_ipaddress {
                    %s
                  }
                }
                """.formatted(name, priority, address);
    }
}
