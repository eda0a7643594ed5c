// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.net.LabProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Each kind of [check.NAME] against the real thing: it fails alone when its own thing breaks, and ends when that is mended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ChecksIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int WEB_PORT = 8080;
    private static final int NXDOMAIN = 3;

    private final Lab lab = Lab.open();
    private final Topology topology = new Topology(lab, SyncLink.SWITCH);
    private final LabHost server = topology.server();
    private Firewall firewall;
    private ServerSocket web;
    private DatagramSocket resolver;
    private volatile int webStatus = 200;
    private volatile String webBody = "all is well";
    private volatile int resolverAnswer;
    private Path program;
    private Path file;
    private LabProcess process;

    @BeforeAll
    void start() throws Exception {
        firewall = topology.firewallA(Topology.settingsA().withPfsync(false));
        firewall.host().namespace().ip("route", "add", "default", "via", Topology.SERVER);
        web = server.call(() -> new ServerSocket(WEB_PORT, 50, InetAddress.getByName(Topology.SERVER)));
        new Thread(this::serve, "web").start();
        resolver = server.call(() -> new DatagramSocket(53, InetAddress.getByName(Topology.SERVER)));
        new Thread(this::resolve, "resolver").start();
        file = Files.createFile(firewall.host().directory().resolve("gateway-ok"));
        program = Files.copy(Path.of("/bin/sleep"), firewall.host().directory().resolve("watched-daemon"));
        startProcess();
        configure();
        firewall.start();
        firewall.awaitState("master", Duration.ofSeconds(40));
        awaitFailing();
    }

    private void startProcess() {
        process = firewall.host().spawn("watched", program.toString(), "1000");
    }

    private void configure() {
        String times = "interval = \"200ms\"\ntimeout = \"150ms\"\nfall = 2\nrise = 1\ndemote = 1\n";
        StringBuilder toml = new StringBuilder(
                Topology.settingsA().withPfsync(false).toml(firewall.carpd().socket()));
        toml.append("\n[check.ping]\nkind = \"ping\"\ntarget = \"" + Topology.SERVER + "\"\n" + times);
        toml.append("[check.next-hop]\nkind = \"gateway\"\n" + times);
        toml.append("[check.tcp]\nkind = \"tcp\"\ntarget = \"" + Topology.SERVER + ":" + WEB_PORT + "\"\n" + times);
        toml.append("[check.web]\nkind = \"http\"\ntarget = \"http://" + Topology.SERVER + ":" + WEB_PORT
                + "/health\"\nstatus = 200\nbody = \"well\"\n" + times);
        toml.append(
                "[check.dns]\nkind = \"dns\"\ntarget = \"" + Topology.SERVER + "\"\nquery = \"example.net\"\n" + times);
        toml.append("[check.daemon]\nkind = \"process\"\ntarget = \"watched-daemon\"\n" + times);
        toml.append("[check.file]\nkind = \"file\"\ntarget = \"" + file + "\"\n" + times);
        toml.append("[check.switch]\nkind = \"file\"\ntarget = \"" + file + ".off\"\nexpect = \"absent\"\n" + times);
        toml.append("[check.cable]\nkind = \"interface\"\ntarget = \"sync0\"\ndemote = 1\n");
        firewall.carpd().configure(toml.toString());
    }

    /** Answers each request, whatever it asks for. */
    private void serve() {
        while (!web.isClosed()) {
            try (Socket client = web.accept()) {
                client.setSoTimeout(1000);
                BufferedReader request =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
                for (String line = request.readLine(); line != null && !line.isEmpty(); ) {
                    line = request.readLine();
                }
                String answer = "HTTP/1.1 " + webStatus + " so\r\nConnection: close\r\nContent-Length: "
                        + webBody.length() + "\r\n\r\n" + webBody;
                client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            } catch (IOException gone) {
                // The client of [check.tcp] says nothing; a closed socket ends the loop.
            }
        }
    }

    /** Answers each query with no records, or with an error. */
    private void resolve() {
        try {
            while (true) {
                DatagramPacket query = new DatagramPacket(new byte[512], 512);
                resolver.receive(query);
                byte[] answer = query.getData();
                answer[2] = (byte) 0x81;
                answer[3] = (byte) (0x80 | resolverAnswer);
                // An additional record of the query, if there is one, is not answered.
                answer[11] = 0;
                resolver.send(new DatagramPacket(answer, query.getLength(), query.getSocketAddress()));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    @AfterAll
    void close() throws IOException {
        lab.close();
        web.close();
        resolver.close();
    }

    private void serverDrops(String match) {
        server.nft("""
                table ip t {
                  chain in {
                    type filter hook input priority 0
                    %s drop
                  }
                }
                """.formatted(match));
    }

    private void serverDropsNothing() {
        server.run("nft", "flush", "ruleset").orThrow();
    }

    private void awaitFailing(String... names) {
        Set<String> wanted = new TreeSet<>(Set.of(names));
        Awaitility.await("failing: " + wanted).atMost(LIMIT).untilAsserted(() -> {
            Set<String> failing = new TreeSet<>();
            JsonNode status = firewall.status();
            for (JsonNode source : status.path("demotionSources")) {
                failing.add(source.path("source").asText().replace("track:", ""));
            }
            assertThat(failing).isEqualTo(wanted);
        });
    }

    private String reason(String name) {
        for (JsonNode source : firewall.status().path("demotionSources")) {
            if (source.path("source").asText().equals("track:" + name)) {
                return source.path("reason").asText();
            }
        }
        return "";
    }

    @Test
    void aHostThatDropsPingsFailsThePingAndNotTheGateway() {
        serverDrops("icmp type echo-request");
        awaitFailing("ping");
        assertThat(reason("ping")).isEqualTo("ping failed, no answer from 203.0.113.100 in 150 ms");
        serverDropsNothing();
        awaitFailing();
    }

    @Test
    void aNextHopThatIsGoneFailsAllThatIsBehindIt() {
        server.run("ip", "link", "set", "eth0", "arp", "off").orThrow();
        awaitFailing("ping", "next-hop", "tcp", "web", "dns");
        assertThat(reason("next-hop")).isEqualTo("next-hop failed, 203.0.113.100 does not answer in 150 ms");
        server.run("ip", "link", "set", "eth0", "arp", "on").orThrow();
        awaitFailing();
        firewall.host().namespace().ip("route", "del", "default");
        awaitFailing("next-hop");
        assertThat(reason("next-hop")).isEqualTo("next-hop failed, no default route");
        firewall.host().namespace().ip("route", "add", "default", "via", Topology.SERVER);
        awaitFailing();
    }

    @Test
    void aWebServerFailsByItsStatusItsAnswerAndItsSilence() {
        webStatus = 503;
        awaitFailing("web");
        assertThat(reason("web")).isEqualTo("web failed, the status is 503");
        webStatus = 200;
        awaitFailing();
        webBody = "out of order";
        awaitFailing("web");
        assertThat(reason("web")).isEqualTo("web failed, the answer lacks \"well\"");
        webBody = "well again";
        awaitFailing();
        serverDrops("tcp dport 8080");
        awaitFailing("tcp", "web");
        assertThat(reason("tcp")).isEqualTo("tcp failed, no connection to port 8080 in 150 ms");
        serverDropsNothing();
        awaitFailing();
    }

    @Test
    void aNameServerFailsWhenItKnowsNotTheNameOrIsSilent() {
        resolverAnswer = NXDOMAIN;
        awaitFailing("dns");
        assertThat(reason("dns")).isEqualTo("dns failed, 203.0.113.100 knows no name example.net");
        resolverAnswer = 0;
        awaitFailing();
        serverDrops("udp dport 53");
        awaitFailing("dns");
        assertThat(reason("dns")).isEqualTo("dns failed, no answer from 203.0.113.100 in 150 ms");
        serverDropsNothing();
        awaitFailing();
    }

    @Test
    void aProcessAFileAndACableFailWhenTheyAreGone() throws IOException {
        process.kill();
        awaitFailing("daemon");
        assertThat(reason("daemon")).isEqualTo("daemon failed, no process watched-daemon runs");
        startProcess();
        awaitFailing();
        Files.delete(file);
        awaitFailing("file");
        Files.createFile(Path.of(file + ".off"));
        awaitFailing("file", "switch");
        assertThat(reason("switch")).isEqualTo("switch failed, " + file + ".off is there");
        Files.createFile(file);
        Files.delete(Path.of(file + ".off"));
        awaitFailing();
        topology.sync().cutCable(firewall.host());
        awaitFailing("cable");
        assertThat(reason("cable")).isEqualTo("sync0 is down");
        topology.sync().restoreCable(firewall.host());
        awaitFailing();
    }
}
