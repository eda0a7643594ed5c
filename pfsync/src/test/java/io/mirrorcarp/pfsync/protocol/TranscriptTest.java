// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What two nodes do and say, second by second, against transcripts under src/test/resources/golden. Run with
 * {@code -Dgolden.update=true} to write them anew, and read the difference.
 */
class TranscriptTest {
    private static final Path DIRECTORY = Path.of("src/test/resources/golden");

    private final World world = new World(1);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");

    TranscriptTest() {
        world.longestDelayNanos = 1;
    }

    private void note(String what) {
        world.trace("----", what);
    }

    private void open(SimulatedNode node, int from, int to) {
        for (int number = from; number <= to; number++) {
            node.kernel.open(FlowKey.number(number), 600);
        }
        node.kernel.endBurst();
    }

    private void startBothInSync() {
        open(a, 1, 100);
        a.start();
        b.start();
        world.runMillis(1_000);
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        world.transcript().clear();
    }

    private void matches(String name) throws IOException {
        String transcript = String.join("\n", world.transcript()) + "\n";
        Path file = DIRECTORY.resolve(name + ".txt");
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(DIRECTORY);
            Files.writeString(file, transcript);
        }
        assertThat(transcript).as(name).isEqualTo(Files.readString(file));
    }

    @Test
    void bothStartAtOnce() throws IOException {
        open(a, 1, 1_000);
        note("both start, fw-a with 1000 flows in its kernel");
        a.start();
        b.start();
        world.runMillis(2_000);
        assertThat(b.kernel.flows()).hasSize(1_000);
        matches("both-start-at-once");
    }

    @Test
    void oneStartsAloneAndThePeerComesLater() throws IOException {
        note("fw-a starts alone");
        a.start();
        world.runMillis(40_000);
        open(a, 1, 1_000);
        note("fw-b starts");
        b.start();
        world.runMillis(2_000);
        assertThat(b.kernel.flows()).hasSize(1_000);
        matches("one-alone");
    }

    @Test
    void thePeerDiesAndReturns() throws IOException {
        startBothInSync();
        note("fw-b loses power");
        b.kill();
        b.kernel.clear();
        world.runMillis(3_000);
        open(a, 101, 300);
        note("fw-b boots");
        b.start();
        world.runMillis(2_000);
        assertThat(b.kernel.flows()).hasSize(300);
        matches("peer-dies-and-returns");
    }

    @Test
    void thePeerDiesForGood() throws IOException {
        startBothInSync();
        note("fw-a loses power");
        a.kill();
        world.runMillis(40_000);
        matches("peer-dies-for-good");
    }

    @Test
    void thePeerRestartsBeforeItIsMissed() throws IOException {
        startBothInSync();
        note("fw-b is killed and starts again");
        b.kill();
        b.start();
        world.runMillis(2_000);
        matches("peer-restarts");
    }

    @Test
    void thePeerStopsAndStarts() throws IOException {
        startBothInSync();
        note("fw-a stops");
        a.stop();
        world.runMillis(5_000);
        note("fw-a starts");
        a.start();
        world.runMillis(2_000);
        assertThat(b.kernel.flows()).hasSize(100);
        matches("peer-stops-and-starts");
    }

    @Test
    void theSyncLinkIsCutAndMended() throws IOException {
        startBothInSync();
        note("the sync network is cut");
        world.cut(a, b, true);
        world.cut(b, a, true);
        world.runMillis(40_000);
        open(a, 101, 200);
        note("the sync network is mended");
        world.mendAll();
        world.longestDelayNanos = 1;
        world.runMillis(2_000);
        assertThat(b.kernel.flows()).hasSize(200);
        matches("link-cut-and-mended");
    }

    @Test
    void theWayFromOneNodeIsCut() throws IOException {
        startBothInSync();
        note("fw-a no longer reaches fw-b");
        world.cut(a, b, true);
        world.runMillis(3_000);
        note("it does again");
        world.mendAll();
        world.longestDelayNanos = 1;
        world.runMillis(2_000);
        matches("one-way-cut");
    }

    @Test
    void theSyncDeviceGoesDownAndUp() throws IOException {
        startBothInSync();
        note("fw-a's sync device goes down");
        world.cut(a, b, true);
        world.cut(b, a, true);
        a.machine.onPath(0, false, "it is down", false, world.nowNanos());
        world.runMillis(2_000);
        note("it comes up");
        world.mendAll();
        world.longestDelayNanos = 1;
        a.machine.onPath(0, true, "it is down", false, world.nowNanos());
        world.runMillis(2_000);
        matches("device-down-and-up");
    }

    @Test
    void theKeysDiffer() throws IOException {
        b.keyring = new Keyring(Map.of(1, new byte[32]), 1);
        a.bulkTimeout = Duration.ofSeconds(5);
        b.bulkTimeout = Duration.ofSeconds(5);
        note("both start, each with a key of its own");
        a.start();
        b.start();
        world.runMillis(10_000);
        note("badAuth of fw-a: " + a.counter(PfsyncCounter.BAD_AUTH));
        matches("keys-differ");
    }
}
