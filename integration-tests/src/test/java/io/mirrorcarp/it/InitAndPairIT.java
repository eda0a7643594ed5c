// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.ControlSocket;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabNetwork;
import io.mirrorcarp.lab.traffic.Download;
import io.mirrorcarp.lab.traffic.DownloadPlan;
import io.mirrorcarp.lab.traffic.DownloadServer;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From two bare machines to a pair that may fail over, by the commands of the README. */
final class InitAndPairIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Pattern CODE = Pattern.compile("code: ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})\n");

    private final Lab lab = Lab.open();
    private final LabNetwork wan = lab.network("wan");
    private final LabNetwork lan = lab.network("lan");
    private final LabNetwork sync = lab.cable("sync");
    private LabHost a;
    private LabHost b;

    @BeforeEach
    void bareMachines() {
        a = machine("fw-a", 2, "wan0", "lan0", "sync0");
        // Interfaces have other names there.
        b = machine("fw-b", 3, "eth1", "eth0", "eth2");
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private LabHost machine(String name, int number, String wanDevice, String lanDevice, String syncDevice) {
        LabHost host = lab.host(name);
        host.plug(wan, wanDevice);
        host.plug(lan, lanDevice);
        host.plug(sync, syncDevice);
        host.address(wanDevice, "203.0.113." + number + "/24");
        host.address(lanDevice, "10.0.0." + number + "/24");
        host.address(syncDevice, "192.0.2." + (number - 1) + "/30");
        host.namespace().ip("route", "add", "default", "via", "203.0.113.254");
        return host;
    }

    private static CommandResult shell(LabHost host, String line) {
        String program = Checkout.home().resolve("bin/carpctl").toString();
        return host.run("sh", "-c", line.replace("carpctl", program));
    }

    private static Path etc(LabHost host) {
        return host.directory().resolve("etc");
    }

    /** Two daemons on one machine need places of their own. */
    private static void start(LabHost host) throws IOException {
        String places = "\n[admin]\nsocket = \"" + host.directory() + "/admin.sock\"\n";
        Path toml = etc(host).resolve("carpd.toml");
        Files.writeString(toml, places, StandardOpenOption.APPEND);
        String text = Files.readString(toml);
        Files.writeString(toml, text.replaceFirst("(name = .*)", "$1\nstateDir = \"" + host.directory() + "/state\""));
        host.spawn("carpd", Checkout.home().resolve("bin/carpd").toString(), "--config", toml.toString());
    }

    private static JsonNode status(LabHost host) throws IOException {
        Path socket = host.directory().resolve("admin.sock");
        return new ObjectMapper()
                .readTree(ControlSocket.call(socket, ControlSocket.STATUS, Duration.ofSeconds(2))
                        .out());
    }

    private static void awaitReady(LabHost host, String state) {
        Awaitility.await(host.name() + " is " + state + " and ready")
                .atMost(LIMIT)
                .ignoreExceptions()
                .until(() -> {
                    JsonNode status = status(host);
                    return status.path("failoverReady").asBoolean()
                            && status.path("vhids").size() == 2
                            && status.path("vhids").findValuesAsText("state").stream()
                                    .allMatch(state::equals);
                });
    }

    private static String code(CommandResult result) {
        Matcher matcher = CODE.matcher(result.out());
        assertThat(matcher.find()).as(result.out() + result.err()).isTrue();
        return matcher.group(1);
    }

    @Test
    void sixCommandsMakeAPairThatMayFailOver() throws IOException {
        Path file = a.directory().resolve("pair.carpd");
        CommandResult init = shell(
                a,
                "printf '\\n203.0.113.1/24\\n\\n10.0.0.1/24\\n\\n' | carpctl init --name fw-a --apply --dir " + etc(a));
        assertThat(init.succeeded()).as(init.out() + init.err()).isTrue();
        CommandResult exported = shell(a, "carpctl pair export --dir " + etc(a) + " " + file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        CommandResult imported = shell(b, "carpctl pair import --name fw-b --apply --dir " + etc(b) + " " + file);
        assertThat(imported.succeeded()).as(imported.out() + imported.err()).isTrue();
        assertThat(code(imported)).isEqualTo(code(exported));
        start(a);
        start(b);
        awaitReady(a, "master");
        awaitReady(b, "backup");
        carriesATranslatedDownload();
    }

    private void carriesATranslatedDownload() throws IOException {
        LabHost client = lab.host("client");
        client.plug(lan, "eth0");
        client.address("eth0", "10.0.0.100/24");
        client.namespace().ip("route", "add", "default", "via", "10.0.0.1");
        LabHost server = lab.host("server");
        server.plug(wan, "eth0");
        server.address("eth0", "203.0.113.100/24");
        try (DownloadServer downloads = new DownloadServer(server, "203.0.113.100")) {
            Download download =
                    Download.start(client, downloads.address(), DownloadPlan.brief(1), Duration.ofSeconds(5));
            assertThat(download.join().error()).isNull();
            assertThat(downloads.clients()).containsExactly(InetAddress.getByName("203.0.113.1"));
        }
    }

    /** Interfaces are matched by their networks, in the configuration and in the rules. */
    @Test
    void theSecondNodeHasItsOwnInterfaces() throws IOException {
        Path file = a.directory().resolve("pair.carpd");
        String flags = " --outside wan0=203.0.113.1/24 --inside lan0=10.0.0.1/24 --sync sync0,lan0";
        assertThat(shell(a, "carpctl init --name fw-a --dir " + etc(a) + flags).succeeded())
                .isTrue();
        assertThat(shell(a, "carpctl pair export --dir " + etc(a) + " " + file).succeeded())
                .isTrue();
        assertThat(shell(b, "carpctl pair import --name fw-b --dir " + etc(b) + " " + file)
                        .succeeded())
                .isTrue();
        assertThat(Files.readString(etc(b).resolve("carpd.toml")))
                .contains(
                        "name = \"fw-b\"",
                        "carpdev = \"eth1\"",
                        "carpdev = \"eth0\"",
                        "syncdev = [\"eth2\", \"eth0\"]",
                        "advskew = 100")
                .doesNotContain("wan0", "lan0", "sync0", "advskew = 0\n");
        assertThat(Files.readString(etc(b).resolve("nftables.conf")))
                .contains("iifname \"eth0\" oifname \"eth1\" accept")
                .contains("iifname { \"eth2\", \"eth0\" } tcp dport 7240 accept")
                .doesNotContain("wan0", "lan0", "sync0");
        assertThat(Files.readString(etc(b).resolve("iptables.rules"))).contains("-A FORWARD -i eth0 -o eth1 -j ACCEPT");
        for (String key : List.of("carp.key", "sync.key")) {
            assertThat(etc(b).resolve(key)).hasSameBinaryContentAs(etc(a).resolve(key));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(etc(b).resolve(key))))
                    .isEqualTo("rw-------");
        }
        CommandResult same = shell(a, "carpctl pair import --name fw-b --dir " + a.directory() + "/x " + file);
        assertThat(same.err()).contains("203.0.113.2, an address of fw-a, is on wan0 of this node");
        Files.writeString(
                file, Files.readString(file).replace("advskew", "advskeW").replaceFirst("node fw-a", "node fw-x"));
        assertThat(shell(b, "carpctl pair import --dir " + b.directory() + "/x " + file)
                        .err())
                .contains("is not a whole file of carpctl pair export");
    }
}
