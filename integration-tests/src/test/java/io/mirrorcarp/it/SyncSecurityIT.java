// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.traffic.Download;
import io.mirrorcarp.pfsync.auth.FrameSealer;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.ChangeEncoder;
import io.mirrorcarp.pfsync.message.FlowTuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** What somebody on the sync network can do without a key: nothing. The topology is drawn at {@link Pair}; the host mallory is on sync0 too. */
@Isolated
class SyncSecurityIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int FLOWS = 30;
    /** Of the flows that the tests make; nothing else uses it. */
    private static final String CLIENT = "198.18.0.7";

    private static final String FORGED = "198.18.66.66";
    private static final int FLOOD = 40_000;
    private static final int FORMER_LIVES = 3;
    /** Some 20,000 frames a second. */
    private static final long REPLAY_PAUSE_NANOS = 3_000_000;

    private static final long MOST_GROWTH_KILOBYTES = 200_000;

    /** Flows as packets make them, but without packets: another program's change of the table is as good as theirs. */
    private static void makeFlows(Firewall firewall) {
        for (int i = 0; i < FLOWS; i++) {
            String port = Integer.toString(40_000 + i);
            firewall.host()
                    .run(("conntrack -I -p tcp -s " + CLIENT + " -d 203.0.113.100 --sport " + port
                                    + " --dport 443 --state ESTABLISHED -u SEEN_REPLY,ASSURED -t 600")
                            .split(" "))
                    .orThrow();
        }
    }

    /** The client ports of our flows in the kernel's table. */
    private static Set<String> flows(Firewall firewall, String client) {
        Set<String> flows = new TreeSet<>();
        firewall.host()
                .run("conntrack", "-L", "-s", client)
                .orThrow()
                .out()
                .lines()
                .map(line -> line.replaceAll("^.*? sport=(\\d+) .*$", "$1"))
                .forEach(flows::add);
        return flows;
    }

    private static void awaitFlows(Firewall firewall, int count) {
        Awaitility.await(count + " flows on " + firewall.name())
                .atMost(LIMIT)
                .until(() -> flows(firewall, CLIENT).size() == count);
    }

    private static long count(Firewall firewall, String counter) {
        return firewall.stats().path("pfsync").path(counter).asLong();
    }

    private static byte[] forgedInsert(int number) {
        byte[] secret = new byte[Keyring.MIN_SECRET_BYTES];
        FrameSealer sealer = new FrameSealer(new Keyring(Map.of(1, secret), 1), 77, 99);
        Change change = new Change();
        change.action = Action.INSERT;
        change.state.original.family = FlowTuple.FAMILY_IPV4;
        change.state.original.sourceLow = 0xc612_4242L;
        change.state.original.destinationLow = 0xcb00_7164L;
        change.state.original.protocol = 6;
        change.state.original.sourcePort = 1_000 + number;
        change.state.original.destinationPort = 443;
        change.state.timeoutSeconds = 600;
        change.state.protocolState = 3;
        byte[] payload = new byte[ChangeEncoder.MAX_BYTES];
        byte[] frame = new byte[ChangeEncoder.MAX_BYTES + FrameSealer.OVERHEAD_BYTES];
        int length = new ChangeEncoder().write(change, payload, 0);
        return Arrays.copyOf(frame, sealer.seal(number % 2 == 0, number, payload, length, frame));
    }

    /** Garbage, genuine frames with a flipped bit, cut or lengthened, and frames sealed with another key. */
    private static List<byte[]> flood(List<byte[]> genuine) {
        Random random = new Random(4);
        List<byte[]> frames = new ArrayList<>();
        for (int i = 1; i <= FLOOD; i++) {
            byte[] frame = genuine.get(random.nextInt(genuine.size())).clone();
            switch (i % 5) {
                case 0 -> frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
                case 1 -> frame = Arrays.copyOf(frame, 1 + random.nextInt(frame.length));
                case 2 -> frame = Arrays.copyOf(frame, Math.min(1_480, frame.length + 1 + random.nextInt(400)));
                case 3 -> frame = forgedInsert(i);
                default -> {
                    frame = new byte[1 + random.nextInt(1_480)];
                    random.nextBytes(frame);
                }
            }
            frames.add(frame);
        }
        return frames;
    }

    private static long residentKilobytes(Firewall firewall) throws IOException {
        Path status = Path.of("/proc/" + firewall.carpd().process().pid() + "/status");
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    @Test
    void forgedFramesCostACounterAndLeaveTheKernelsTableAsItIs() throws Exception {
        try (Pair pair = Pair.inSync();
                Eavesdropper mallory = new Eavesdropper(pair)) {
            makeFlows(pair.a);
            awaitFlows(pair.b, FLOWS);
            Awaitility.await("frames heard")
                    .atMost(LIMIT)
                    .until(() -> mallory.heard().size() > 20);
            Set<String> before = flows(pair.b, CLIENT);
            long memoryBefore = residentKilobytes(pair.b);
            long received = count(pair.b, "packetsReceived");
            List<byte[]> flood = flood(mallory.heard());
            mallory.send(flood);
            mallory.send(mallory.heard());
            Awaitility.await("the flood was heard")
                    .atMost(LIMIT)
                    .until(() -> count(pair.b, "packetsReceived") > received + FLOOD / 10);
            for (Firewall node : List.of(pair.a, pair.b)) {
                node.awaitInSync(LIMIT);
                assertThat(flows(node, FORGED))
                        .as("forged flows on " + node.name())
                        .isEmpty();
                assertThat(flows(node, CLIENT)).isEqualTo(before);
            }
            JsonNode counters = pair.b.stats().path("pfsync");
            for (String counter : List.of("badVersion", "badAuth", "badLength", "shortHeader", "replayed")) {
                assertThat(counters.path(counter).asLong()).as(counter).isPositive();
            }
            assertThat(residentKilobytes(pair.b) - memoryBefore)
                    .as("growth of memory in kB")
                    .isLessThan(MOST_GROWTH_KILOBYTES);
            assertThat(pair.b.carpd().log()).doesNotContain("Exception", "peer fw-a is lost");
        }
    }

    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void framesRecordedBeforeARestartOfBothDoNothingAfterIt() throws Exception {
        try (Pair pair = Pair.inSync();
                Eavesdropper mallory = new Eavesdropper(pair)) {
            makeFlows(pair.a);
            awaitFlows(pair.b, FLOWS);
            assertThat(pair.b.carpctl("pfsync", "bulk").exitStatus()).isZero();
            pair.b.awaitInSync(LIMIT);
            assertThat(pair.a.stop() + pair.b.stop()).isZero();
            List<byte[]> yesterday = mallory.heard();
            assertThat(yesterday).hasSizeGreaterThan(20);
            for (Firewall node : List.of(pair.a, pair.b)) {
                node.host().run("conntrack", "-F").orThrow();
                assertThat(flows(node, CLIENT)).isEmpty();
            }

            pair.b.start();
            pair.b.await("up", status -> true, Pair.START_LIMIT);
            long received = count(pair.b, "packetsReceived");
            mallory.send(yesterday);
            Awaitility.await("replay heard")
                    .atMost(LIMIT)
                    .until(() -> count(pair.b, "packetsReceived") >= received + yesterday.size());
            assertThat(flows(pair.b, CLIENT)).as("replayed to a node alone").isEmpty();
            assertThat(count(pair.b, "badState")).as("frames without a session").isPositive();

            pair.a.start();
            pair.awaitPreferredRoles("in-sync");
            long receivedInSync = count(pair.b, "packetsReceived");
            mallory.send(yesterday);
            Awaitility.await("replay heard")
                    .atMost(LIMIT)
                    .until(() -> count(pair.b, "packetsReceived") >= receivedInSync + yesterday.size());
            for (Firewall node : List.of(pair.a, pair.b)) {
                node.awaitInSync(LIMIT);
                assertThat(flows(node, CLIENT)).as("replayed to " + node.name()).isEmpty();
            }
        }
    }

    /** Every authentic frame of former lives of both nodes comes to both, again and again, while they look for one another. */
    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void recordedFramesOfBothKeepTwoDaemonsFromNoHandshake() throws Exception {
        try (Pair pair = Pair.inSync();
                Eavesdropper mallory = new Eavesdropper(pair)) {
            for (int life = 0; life < FORMER_LIVES; life++) {
                assertThat(pair.a.stop() + pair.b.stop()).isZero();
                pair.start();
                pair.awaitPreferredRoles("in-sync");
            }
            assertThat(pair.a.stop() + pair.b.stop()).isZero();
            List<byte[]> recorded = mallory.heard();
            assertThat(recorded).hasSizeGreaterThan(100);
            Future<Void> replay = mallory.repeat(recorded, REPLAY_PAUSE_NANOS);
            pair.start();
            pair.awaitPreferredRoles("in-sync");
            for (Firewall node : List.of(pair.a, pair.b)) {
                long received = count(node, "packetsReceived");
                Awaitility.await("the replay goes on at " + node.name())
                        .atMost(LIMIT)
                        .until(() -> count(node, "packetsReceived") > received + recorded.size());
            }
            makeFlows(pair.a);
            awaitFlows(pair.b, FLOWS);
            mallory.stopRepeating();
            replay.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            pair.a.awaitInSync(LIMIT);
            pair.b.awaitInSync(LIMIT);
        }
    }

    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void aKeyIsReplacedUnderTrafficWithoutAGap() throws Exception {
        try (Pair pair = Pair.inSync();
                Eavesdropper mallory = new Eavesdropper(pair)) {
            Path newKey = pair.a.host().directory().resolve("sync2.key");
            assertThat(pair.a.carpctl("key", "new", newKey.toString()).exitStatus())
                    .isZero();
            Files.copy(
                    newKey,
                    pair.b.host().directory().resolve("sync2.key"),
                    java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            Download download = pair.download(Duration.ofSeconds(12));
            useKeys(pair, "{ 1 = \"sync.key\", 2 = \"sync2.key\" }", 1);
            useKeys(pair, "{ 1 = \"sync.key\", 2 = \"sync2.key\" }", 2);
            useKeys(pair, "{ 2 = \"sync2.key\" }", 2);
            int before = mallory.heard().size();
            Awaitility.await("frames after the change")
                    .atMost(LIMIT)
                    .until(() -> mallory.heard().size() > before + 5);
            assertThat(mallory.heard().get(before + 4)[3])
                    .as("key id in the frame")
                    .isEqualTo((byte) 2);
            makeFlows(pair.a);
            awaitFlows(pair.b, FLOWS);
            for (Firewall node : List.of(pair.a, pair.b)) {
                node.await("in sync", Statuses.pfsync("in-sync"), LIMIT);
                assertThat(count(node, "badAuth"))
                        .as("badAuth of " + node.name())
                        .isZero();
                assertThat(node.carpd().log()).doesNotContain("is lost", "one-way", "restarted");
            }
            pair.assertSurvived(download, Duration.ofSeconds(1));
        }
    }

    private static void useKeys(Pair pair, String keys, int active) throws IOException {
        for (Firewall node : List.of(pair.a, pair.b)) {
            Path file = node.carpd().configFile();
            String toml = Files.readString(file)
                    .replaceAll("(?m)^activeKey.*\\R", "")
                    .replaceAll("(?m)^keys .*$", "keys = " + keys + "\nactiveKey = " + active);
            Files.writeString(file, toml);
            var reload = node.carpctl("reload");
            assertThat(reload.exitStatus()).as(reload.out() + reload.err()).isZero();
            assertThat(node.carpctl("events").out()).contains(active + " seals");
        }
    }
}
