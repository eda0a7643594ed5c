// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.mirrorcarp.ctl.CarpctlRun;
import io.mirrorcarp.proto.control.Request;
import io.mirrorcarp.proto.control.Response;
import io.mirrorcarp.proto.control.StateChoice;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server on a real unix socket, with a daemon behind it that is not one. */
@Timeout(60)
class ControlServerTest {
    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    private final FakeDaemon daemon = new FakeDaemon();
    private final EventLog events =
            new EventLog(Clock.fixed(Instant.parse("2026-11-20T09:14:02.113Z"), ZoneOffset.UTC));

    @TempDir
    private Path directory;

    private Path socket;

    @BeforeEach
    void start() {
        socket = directory.resolve("run/admin.sock");
        deploy();
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    private String deploy() {
        return vertx.deployVerticle(new ControlServer(socket, "", daemon, events))
                .await();
    }

    /** A command line of carpctl. */
    private CarpctlRun ask(String... arguments) {
        return CarpctlRun.on(socket, arguments);
    }

    /** A request that carpctl may not make; the answer as one response. */
    private Response send(Request.Builder request) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            send(channel, request);
            InputStream in = Channels.newInputStream(channel);
            Response.Builder answer = Response.newBuilder();
            while (true) {
                Response response = Response.parseDelimitedFrom(in);
                String out = answer.getOut() + response.getOut();
                answer.mergeFrom(response).setOut(out);
                if (response.getDone()) {
                    assertThat(in.read()).as("the connection closes").isEqualTo(-1);
                    return answer.build();
                }
            }
        }
    }

    private static void send(SocketChannel channel, Request.Builder request) throws IOException {
        request.build().writeDelimitedTo(Channels.newOutputStream(channel));
    }

    private void assertRefused(int status, String sentence, String... arguments) {
        CarpctlRun refused = ask(arguments);
        assertThat(refused.err().lines().findFirst()).hasValue("carpctl: " + sentence);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.status()).isEqualTo(status);
    }

    private void assertRefused(String sentence, Request.Builder request) throws IOException {
        Response refused = send(request);
        assertThat(refused.getErr()).isEqualTo("carpctl: " + sentence + "\n");
        assertThat(refused.getExitStatus()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void statusAndCountersAreRenderedAsAsked() throws IOException {
        assertThat(ask("status").out()).isEqualTo(StatusText.render(FakeDaemon.inTrouble()));
        assertThat(ask("status", "--json").out()).isEqualTo(JsonText.status(FakeDaemon.inTrouble()));
        assertThat(ask("stats").out()).startsWith("carp:\n");
        assertThat(new JsonObject(ask("stats", "-p", "pfsync", "--json").out()).fieldNames())
                .containsExactly("pfsync");
        assertRefused(
                2,
                "invalid value for option '--protocol': expected one of [carp, pfsync, conntrack] (case-sensitive) but was 'ip'",
                "stats",
                "--protocol=ip");
    }

    @Test
    void sysctlsAreListedReadAndWrittenByBothNames() throws IOException {
        assertThat(ask("sysctl").out()).isEqualTo("""
                net.inet.carp.allow=1
                net.inet.carp.preempt=1
                net.inet.carp.log=1
                net.inet.carp.arpbalance=0
                net.inet.carp.suppress_preempt=1
                net.inet.carp.demotion=240
                """);
        assertThat(ask("sysctl", "preempt").out()).isEqualTo("net.inet.carp.preempt=1\n");
        assertThat(ask("sysctl", "net.inet.carp.preempt=0").out()).isEqualTo("net.inet.carp.preempt=0\n");
        assertThat(ask("sysctl", "demotion=-40").out()).isEqualTo("net.inet.carp.demotion=200\n");
        assertThat(daemon.told).containsExactly("sysctl PREEMPT 0", "sysctl DEMOTION -40");
        assertRefused(1, "net.inet.carp.suppress_preempt is read-only", "sysctl", "suppress_preempt=0");
        assertRefused(2, "net.inet.carp.log must be a whole number from 0 to 2, not 3", "sysctl", "log=3");
        assertRefused(2, "there is no sysctl \"dscp\"; carpctl sysctl lists them", "sysctl", "dscp");
        assertThat(daemon.told).hasSize(2);
    }

    @Test
    void nudgesReachTheVirtualHostAndTellWhyNot() throws IOException {
        assertThat(ask("vhid", "wan", "master").status()).isZero();
        assertThat(ask("vhid", "wan", "down", "--for=10m").status()).isZero();
        assertThat(ask("vhid", "wan", "down", "--force").status()).isZero();
        assertThat(daemon.told).containsExactly("vhid wan MASTER", "vhid wan DOWN for PT10M", "vhid wan DOWN alone");
        assertRefused(2, "--for goes with down only", "vhid", "wan", "up", "--for", "10m");
        assertRefused(5, "stuck stays in BACKUP: suppress_preempt is 1", "vhid", "stuck", "master");
        assertRefused(1, "there is no virtual host \"dmz\"; there is wan", "vhid", "dmz", "up");
        assertRefused(1, "a fault of the daemon", "vhid", "broken", "up");
    }

    @Test
    void demotionNeedsANumberAndAReason() throws IOException {
        assertThat(ask("demote", "50", "--reason", "rack move", "--for", "10m").status())
                .isZero();
        assertThat(ask("demote", "--reset").status()).isZero();
        assertThat(daemon.told).containsExactly("demote 50 rack move for PT10M", "demote reset");
        assertThat(ask("demote", "9", "--reason=x", "--group=inside").status()).isZero();
        assertThat(ask("demote", "--reset", "--group", "inside").status()).isZero();
        assertThat(daemon.told).endsWith("demote 9 x in inside", "demote reset in inside");
        String needed = "demote needs a number from 1 to 255 and --reason TEXT, or --reset";
        assertRefused(2, needed, "demote");
        assertRefused(2, needed, "demote", "256", "--reason=x");
        assertRefused(2, needed, "demote", "50");
        String reason = "demote needs a reason, one line of at most 200 characters";
        assertRefused(2, reason, "demote", "50", "--reason=two\nlines");
        assertRefused(2, reason, "demote", "50", "--reason=" + "x".repeat(201));
        assertRefused(
                2,
                "invalid value for option '--for': 'soon' is not a duration such as 30s, 10m or 1h",
                "demote",
                "50",
                "--reason=x",
                "--for=soon");
        assertRefused(
                2,
                "invalid value for option '--for': '0s' is not a duration such as 30s, 10m or 1h",
                "demote",
                "50",
                "--reason=x",
                "--for=0s");
        assertRefused(2, "--reset takes --group and nothing else", "demote", "50", "--reset");
        assertThat(daemon.told).hasSize(4);
    }

    @Test
    void aFailoverWaitsAsLongAsItIsTold() throws IOException {
        assertThat(ask("failover").out()).isEqualTo("fw-b is master of wan after 0.1 s\n");
        assertThat(ask("failover", "--to", "fw-b", "--wait=2m").status()).isZero();
        assertThat(ask("failover", "--force").status()).isZero();
        assertThat(daemon.told)
                .containsExactly(
                        "failover within PT10S", "failover to fw-b within PT2M", "failover within PT10S by force");
        assertRefused(2, "--wait must be at most 10m", "failover", "--wait=11m");
        assertRefused(
                2,
                "invalid value for option '--wait': 'x' is not a duration such as 30s, 10m or 1h",
                "failover",
                "--wait=x");
    }

    @Test
    void maintenanceIsTurnedOnWithAReasonAndOff() throws IOException {
        assertThat(ask("maintenance", "on", "--reason", "new disk").status()).isZero();
        assertThat(ask("maintenance", "on").status()).isZero();
        assertThat(ask("maintenance", "off").status()).isZero();
        assertThat(ask("ready").status()).isZero();
        assertThat(daemon.told)
                .containsExactly("maintenance on new disk", "maintenance on maintenance", "maintenance off", "ready");
        assertRefused(2, "a reason goes with maintenance on only", "maintenance", "off", "--reason=x");
    }

    @Test
    void theStateChannelIsAsked() throws IOException {
        assertThat(ask("pfsync", "bulk").status()).isZero();
        assertThat(ask("pfsync", "verify").out()).isEqualTo("fw-b: equal, 7 of its 7 flows are here\n");
        assertThat(ask("states", "--missing", "--on", "fw-b").status()).isZero();
        assertThat(ask("reload", "--dry-run").out()).isEqualTo("keys 1, 2 open and 2 seals\n");
        assertThat(daemon.told)
                .containsExactly("pfsync bulk", "pfsync verify", "states --missing --on fw-b", "reload --dry-run");
    }

    @Test
    void statesAreListedAsConntrackDoesWithTheirOwners() throws IOException {
        assertThat(ask("states").out()).isEqualTo("""
                tcp      6 431999 ESTABLISHED src=10.0.0.7 dst=198.51.100.99 sport=1024 dport=443 src=198.51.100.99 dst=203.0.113.1 sport=443 dport=1024 [ASSURED] mark=4294967295 zone=7 owner=fw-a
                tcp      6 431999 ESTABLISHED src=10.0.0.7 dst=198.51.100.99 sport=1025 dport=443 src=198.51.100.99 dst=203.0.113.1 sport=443 dport=1025 [ASSURED] mark=4294967295 zone=7 owner=fw-b
                tcp      6 431999 ESTABLISHED src=10.0.0.7 dst=198.51.100.99 sport=1026 dport=443 src=198.51.100.99 dst=203.0.113.1 sport=443 dport=1026 [ASSURED] mark=4294967295 zone=7 owner=none
                """);
        assertThat(ask("states", "--owner", "fw-b", "--src=10.0.0.0/8").out())
                .hasLineCount(1)
                .contains("sport=1025");
        assertThat(ask("states", "--owner=none").out()).hasLineCount(1).contains("sport=1026");
        assertThat(ask("states", "--summary").out()).isEqualTo("3 states\n  3 tcp\n");
        assertThat(new JsonObject(
                        ask("states", "--summary", "--json", "--sport=1024").out()))
                .isEqualTo(new JsonObject("{\"schema\":1,\"total\":1,\"byProto\":{\"tcp\":1}}"));
        assertThat(new JsonObject(ask("states", "--json", "--sport", "1024").out()))
                .isEqualTo(new JsonObject("""
                {"proto": "tcp", "protoNumber": 6, "timeoutSeconds": 431999, "state": "ESTABLISHED", "src": "10.0.0.7",
                 "dst": "198.51.100.99", "sport": 1024, "dport": 443, "reply": {"src": "198.51.100.99",
                 "dst": "203.0.113.1", "sport": 443, "dport": 1024}, "replied": true, "assured": true,
                 "offloaded": false, "mark": 4294967295, "zone": 7, "owner": "fw-a"}"""));
    }

    @Test
    void onlyTheStatesOfTheFilterAreDeleted() throws IOException {
        assertThat(ask("states", "delete", "--sport", "1025").out())
                .isEqualTo("deleted 1 state here and on the peers\n");
        assertThat(ask("states", "delete", "--src", "10.0.0.8").out())
                .isEqualTo("no state matches: nothing was deleted\n");
        assertThat(daemon.told).containsExactly("delete port 1025", "close at 3", "close at 3");
        daemon.told.clear();
        assertThat(ask("states", "flush", "--yes").out()).isEqualTo("deleted 3 states here and on the peers\n");
        assertThat(daemon.told).startsWith("delete port 1024", "delete port 1025", "delete port 1026");
    }

    /** The peers do not keep up: whoever waits hears of it, and how far it is. */
    @Test
    void aDeletionThatTakesLongTellsHowFarItIs() throws IOException {
        Promise<Void> taken = Promise.promise();
        daemon.taken = taken.future();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            send(channel, Request.newBuilder().setStatesFlush(Request.StatesFlush.getDefaultInstance()));
            InputStream in = Channels.newInputStream(channel);
            Response response = Response.parseDelimitedFrom(in);
            while (response.getErr().isEmpty()) {
                response = Response.parseDelimitedFrom(in);
            }
            assertThat(response.getErr()).isEqualTo("deleted 0 so far\n");
            assertThat(response.getDone()).isFalse();
            taken.complete();
            while (!response.getDone()) {
                response = Response.parseDelimitedFrom(in);
            }
            assertThat(response.getOut()).isEqualTo("deleted 3 states here and on the peers\n");
        }
    }

    @Test
    void aFilterThatIsNoneSaysWhatWouldBeRight() throws IOException {
        assertRefused(
                2,
                "--src must be an address or a prefix, such as 10.0.0.7, 10.0.0.0/24 or 2001:db8::/32, not 10.0.0",
                "states",
                "--src=10.0.0");
        assertRefused(2, "--src: the length must be a whole number from 0 to 32, not 33", "states", "--src=1.2.3.4/33");
        assertRefused(2, "--dport must be a whole number from 0 to 65535, not http", "states", "--dport", "http");
        assertRefused(
                2,
                "--proto must be tcp, udp, icmp, icmpv6, sctp, dccp, udplite, gre or a number from 0 to 255, not ftp",
                "states",
                "--proto=ftp");
        assertRefused(
                2,
                "--mark must be VALUE or VALUE/MASK of 32 bits, such as 1 or 0x10/0xf0, not -1",
                "states",
                "--mark=-1");
        assertRefused(
                2,
                "states delete needs a filter, such as --src 10.0.0.7; carpctl states flush deletes all",
                "states",
                "delete");
        assertThat(daemon.told).isEmpty();
    }

    /** The table is read on only as its reader takes it. */
    @Test
    void aBigTableWaitsForItsReaderAndEndsWhenHeLeaves() throws IOException {
        daemon.states = 1_000_000;
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            send(channel, Request.newBuilder().setStates(Request.States.getDefaultInstance()));
            InputStream in = Channels.newInputStream(channel);
            StringBuilder read = new StringBuilder();
            while (read.length() < 100_000) {
                read.append(Response.parseDelimitedFrom(in).getOut());
            }
            assertThat(ask("status").status()).as("others are answered").isZero();
            assertThat(daemon.told).as("still open").isEmpty();
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> !daemon.told.isEmpty());
        int readOn = Integer.parseInt(daemon.told.get(0).replace("close at ", ""));
        assertThat(readOn).as("states read for a reader who took 500").isLessThan(20_000);
    }

    @Test
    void theLatestEventsAreShownOldestFirst() throws IOException {
        for (int i = 1; i <= 1100; i++) {
            events.report("carp", "event " + i);
        }
        assertThat(ask("events", "-n", "2").out())
                .isEqualTo("2026-11-20T09:14:02.113Z  carp: event 1099\n2026-11-20T09:14:02.113Z  carp: event 1100\n");
        assertThat(ask("events").out()).hasLineCount(20);
        assertThat(ask("events", "--count=1000").out())
                .hasLineCount(1000)
                .startsWith("2026-11-20T09:14:02.113Z  carp: event 101\n");
        assertThat(ask("events", "--count=0").out()).isEmpty();
        assertThat(new JsonObject(ask("events", "--count=1", "--json").out()).getString("message"))
                .isEqualTo("event 1100");
        assertRefused(2, "--count must be a whole number from 0 to 1000, not 1001", "events", "--count=1001");
    }

    /** What carpctl checks before it asks, the daemon checks again: others may ask too. */
    @Test
    void valuesThatCarpctlNeverSendsAreRefused() throws IOException {
        assertRefused(
                "carpd does not know this command: are carpctl and carpd of the same version? carpctl version tells",
                Request.newBuilder());
        assertRefused(
                "vhid needs a verb: down, up, master or backup",
                Request.newBuilder().setVhid(Request.Vhid.newBuilder().setName("wan")));
        assertRefused(
                "demote must be a whole number from 1 to 255, not 256",
                Request.newBuilder()
                        .setDemote(Request.Demote.newBuilder().setValue(256).setReason("x")));
        assertRefused(
                "demote must be a whole number from 1 to 255, not -1",
                Request.newBuilder()
                        .setDemote(Request.Demote.newBuilder().setValue(-1).setReason("x")));
        assertRefused(
                "--count must be a whole number from 0 to 1000, not 1001",
                Request.newBuilder().setEvents(Request.Events.newBuilder().setCount(1001)));
        assertRefused(
                "--confirm must be a whole number from 1 to 3600, not 0",
                Request.newBuilder().setReload(Request.Reload.newBuilder().setConfirmSeconds(0)));
        assertRefused("src must be an address of 4 or 16 bytes", states(5, 0));
        assertRefused("src: the length must be a whole number from 0 to 32, not 33", states(4, 33));
        assertRefused("src: the length must be a whole number from 0 to 128, not -1", states(16, -1));
        assertThat(daemon.told).isEmpty();
    }

    private static Request.Builder states(int bytes, int length) {
        StateChoice.Prefix prefix = StateChoice.Prefix.newBuilder()
                .setAddress(ByteString.copyFrom(new byte[bytes]))
                .setLength(length)
                .build();
        return Request.newBuilder()
                .setStates(Request.States.newBuilder()
                        .setChoice(StateChoice.newBuilder().setSource(prefix)));
    }

    private static Request.Builder follow(int count) {
        return Request.newBuilder()
                .setEvents(Request.Events.newBuilder().setFollow(true).setCount(count));
    }

    @Test
    void aFollowerGetsEachNewEventUntilItLeaves() throws IOException {
        events.report("carp", "before");
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            send(channel, follow(1));
            InputStream in = Channels.newInputStream(channel);
            assertThat(Response.parseDelimitedFrom(in).getOut()).endsWith("carp: before\n");
            List<String> seen = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                events.report("pfsync", "new " + i);
            }
            while (seen.size() < 100) {
                Response response = Response.parseDelimitedFrom(in);
                assertThat(response.getDone()).isFalse();
                response.getOut().lines().forEach(seen::add);
            }
            assertThat(seen).first().asString().endsWith("pfsync: new 0");
            assertThat(seen).last().asString().endsWith("pfsync: new 99");
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> !events.hasFollowers());
    }

    @Test
    void aFollowerThatDoesNotReadCostsNoMemoryAndLearnsWhatItMissed() throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            send(channel, follow(0));
            await().atMost(Duration.ofSeconds(10)).until(events::hasFollowers);
            String filling = "x".repeat(1000);
            for (int i = 0; i < 5000; i++) {
                events.report("carp", i + filling);
            }
            events.report("carp", "the end");
            StringBuilder out = new StringBuilder();
            InputStream in = Channels.newInputStream(channel);
            while (!out.toString().endsWith("the end\n")) {
                out.append(Response.parseDelimitedFrom(in).getOut());
            }
            assertThat(out).containsPattern("\\(\\d+ events were not read in time\\)\n");
        }
    }

    /** As another user, who is in the group: perl is in each Debian. */
    private String askAsMember(Path path, Request.Builder asked) throws IOException, InterruptedException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        asked.build().writeDelimitedTo(request);
        String hex = HexFormat.of().formatHex(request.toByteArray());
        Process perl = new ProcessBuilder(
                        "setpriv",
                        "--reuid=65534",
                        "--regid=adm",
                        "--clear-groups",
                        "perl",
                        "-MIO::Socket::UNIX",
                        "-e",
                        "$s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die $!; syswrite $s, pack('H*', $ARGV[1]);"
                                + " print while <$s>",
                        path.toString(),
                        hex)
                .redirectErrorStream(true)
                .start();
        String answer = new String(perl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        perl.waitFor();
        return answer;
    }

    /** All that a request can be but those that read. */
    private static List<Request.Builder> changes() {
        return List.of(
                Request.newBuilder()
                        .setMaintenance(Request.Maintenance.newBuilder().setOn(true)),
                Request.newBuilder()
                        .setSysctl(
                                Request.Sysctl.newBuilder().setName("preempt").setValue(0)),
                Request.newBuilder()
                        .setVhid(Request.Vhid.newBuilder().setName("wan").setVerb(Request.Vhid.Verb.DOWN)),
                Request.newBuilder()
                        .setDemote(Request.Demote.newBuilder().setValue(50).setReason("x")),
                Request.newBuilder().setDemoteReset(Request.DemoteReset.getDefaultInstance()),
                Request.newBuilder().setReady(Request.Ready.getDefaultInstance()),
                Request.newBuilder().setFailover(Request.Failover.getDefaultInstance()),
                Request.newBuilder().setPfsyncBulk(Request.PfsyncBulk.getDefaultInstance()),
                Request.newBuilder().setPfsyncVerify(Request.PfsyncVerify.getDefaultInstance()),
                Request.newBuilder().setReload(Request.Reload.getDefaultInstance()),
                Request.newBuilder().setConfirm(Request.Confirm.getDefaultInstance()),
                Request.newBuilder().setPassphraseRotate(Request.PassphraseRotate.getDefaultInstance()),
                Request.newBuilder().setConfigSettings(Request.ConfigSettings.getDefaultInstance()),
                Request.newBuilder().setStatesDelete(Request.StatesDelete.getDefaultInstance()),
                Request.newBuilder().setStatesFlush(Request.StatesFlush.getDefaultInstance()));
    }

    @Test
    void membersOfTheGroupReadAndChangeNothing() throws IOException, InterruptedException {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root: to be another user");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path path = directory.resolve("group.sock");
        vertx.deployVerticle(new ControlServer(path, "adm", daemon, events)).await();
        assertThat(askAsMember(path, Request.newBuilder().setStatus(Request.Status.getDefaultInstance())))
                .contains("Failover ready");
        assertThat(askAsMember(
                        path,
                        Request.newBuilder()
                                .setSysctl(Request.Sysctl.newBuilder().setName("preempt"))))
                .contains("net.inet.carp.preempt=1");
        for (Request.Builder change : changes()) {
            assertThat(askAsMember(path, change)).contains("members of the admin group may only read");
        }
        assertThat(daemon.told).isEmpty();
        assertThat(askAsMember(socket, Request.newBuilder().setStatus(Request.Status.getDefaultInstance())))
                .as("without a group")
                .contains("Permission denied");
    }

    @Test
    void requestsThatAreNoneAreRefused() throws IOException {
        byte[] tooLong = {(byte) 0xff, (byte) 0xff, 0x7f};
        byte[] noLength = {-1, -1, -1, -1, -1, -1};
        byte[] noMessage = {2, 0x0a, 0x7f};
        for (byte[] bytes : List.of(tooLong, noLength, noMessage)) {
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                channel.write(ByteBuffer.wrap(bytes));
                Response response = Response.parseDelimitedFrom(Channels.newInputStream(channel));
                assertThat(response.getErr()).startsWith("carpctl: the request is not one: ");
                assertThat(response.getExitStatus()).isEqualTo(1);
            }
        }
        assertThat(ask("status").status()).isZero();
    }

    @Test
    void aRequestInPiecesIsOne() throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            for (byte b : new byte[] {2, 0x1a, 0}) {
                channel.write(ByteBuffer.wrap(new byte[] {b}));
            }
            assertThat(Response.parseDelimitedFrom(Channels.newInputStream(channel))
                            .getOut())
                    .startsWith("fw-a");
        }
    }

    @Test
    void aRequestThatNeverComesIsNotWaitedFor() throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(new byte[] {8, 0x1a}));
            Response response = Response.parseDelimitedFrom(Channels.newInputStream(channel));
            assertThat(response.getErr()).isEqualTo("carpctl: no complete request within 5 s\n");
        }
    }

    @Test
    void connectionsAreBounded() throws IOException {
        List<SocketChannel> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 32; i++) {
                idle.add(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
            }
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                Response response = Response.parseDelimitedFrom(Channels.newInputStream(channel));
                assertThat(response.getErr()).isEqualTo("carpctl: carpd answers 32 others already; try again\n");
            }
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> ask("status").status() == 0);
    }

    @Test
    void theSocketIsForItsOwnerAndGroupAndGoesWithTheDaemon() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-rw----");
        vertx.close().await();
        assertThat(socket).doesNotExist();
    }

    @Test
    void aLiveDaemonKeepsItsSocketAndADeadOneLosesIt() throws IOException {
        assertThatThrownBy(this::deploy)
                .hasMessage("another carpd serves " + socket + ": stop it, or give each its own admin.socket");
        assertThat(ask("status").status()).isZero();
        socket = directory.resolve("dead.sock");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
        deploy();
        assertThat(ask("status").status()).isZero();
    }

    @Test
    void whatIsNoSocketIsNotRemovedAndTheNodeWaitsForItsPlace() throws IOException {
        socket = Files.writeString(directory.resolve("precious"), "data");
        String deployment = deploy();
        assertThat(events.last(1).get(0).message())
                .contains(socket + " is there and is not a socket: remove it, or choose another admin.socket")
                .contains("tried again");
        assertThat(socket).hasContent("data");
        vertx.undeploy(deployment).await();
        assertThat(socket).hasContent("data");
        deploy();
        Files.delete(socket);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> Files.exists(socket) && ask("status").status() == 0);
    }
}
