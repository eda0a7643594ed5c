// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each counter of the machine is moved by what it counts. Those of the channel are in PfsyncOnKernelTest. */
class CountersTest {
    private static final int FLOWS = 600;
    private static final int STRANGERS_ID = 77;

    private final World world = new World(21);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");
    private final Stranger stranger = new Stranger(b, STRANGERS_ID, SimulatedNode.SECRET);
    private int nextFlow = FLOWS;

    @BeforeEach
    void inSync() {
        world.recording = new ArrayList<>();
        a.start();
        b.start();
        world.runMillis(500);
        open(1, FLOWS);
        world.runMillis(1_000);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(b.kernel.flows()).hasSize(FLOWS);
    }

    private void open(int from, int to) {
        for (int number = from; number <= to; number++) {
            a.kernel.open(FlowKey.number(number), 600);
        }
        a.kernel.endBurst();
    }

    private void openOne() {
        nextFlow++;
        open(nextFlow, nextFlow);
    }

    /** The last frame that fw-a sent. */
    private byte[] genuine() {
        return world.recording.stream()
                .filter(frame -> frame[5] == a.creatorId)
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private void loseOneFrame() {
        world.cut(a, b, true);
        openOne();
        world.runMillis(1);
        world.cut(a, b, false);
        openOne();
        world.runMillis(500);
    }

    private void loseEvents() {
        a.kernel.losesEvents = true;
        a.kernel.close(FlowKey.number(3));
        a.kernel.losesEvents = false;
        a.machine.onOverrun(world.nowNanos());
        world.runMillis(2_000);
    }

    private void restartEmpty() {
        b.kill();
        b.kernel.clear();
        b.start();
        world.runMillis(2_000);
    }

    private void verify() {
        b.machine.beginVerification(world.nowNanos());
        world.runMillis(500);
    }

    private void progressOne() {
        a.kernel.progress(FlowKey.number(4));
        a.kernel.endBurst();
        world.runMillis(100);
    }

    private void closeOne() {
        a.kernel.close(FlowKey.number(5));
        a.kernel.endBurst();
        world.runMillis(100);
    }

    private void openAndChangeInOneBurst() {
        nextFlow++;
        a.kernel.open(FlowKey.number(nextFlow), 600);
        a.kernel.progress(FlowKey.number(nextFlow));
        a.kernel.endBurst();
    }

    /** Both firewalls give another connection the same translated port. */
    private void openTwins() {
        a.kernel.open(FlowKey.number(1_001), 600, 0, 7);
        b.kernel.open(FlowKey.number(1_003), 600, 0, 7);
        a.kernel.endBurst();
        b.kernel.endBurst();
        world.runMillis(100);
    }

    private void endAFlowOfAnother() {
        stranger.heartbeat(0, 1);
        Change change = new Change();
        change.action = Action.DELETE;
        FlowKey.number(6).writeTo(change.state);
        stranger.stream(change);
    }

    /** The stranger has sent 2,000 frames, and no longer has the first of them. */
    private void forgetFrames() {
        stranger.heartbeat(0, 1);
        stranger.heartbeat(2_000, 1_000);
    }

    private void floodOfStrangers() {
        for (int creatorId = 1_000; creatorId < 3_000; creatorId++) {
            new Stranger(b, creatorId, new byte[32]).heartbeat(0, 1);
        }
    }

    private void inSession(int... payload) {
        stranger.heartbeat(0, 1);
        stranger.stream(payload);
    }

    private void stopA() {
        a.machine.stop(world.nowNanos());
        world.runMillis(100);
    }

    private void withholdOne() {
        b.kernel.takes = flow -> false;
        openOne();
        world.runMillis(100);
    }

    private void resign() {
        a.machine.resign(1, 1, world.nowNanos());
        world.runMillis(100);
    }

    /** What is to happen for a counter, and which node counts it. */
    private record Deed(SimulatedNode counting, Runnable what) {}

    private Deed deed(PfsyncCounter counter) {
        return switch (counter) {
            case SHORT_HEADER -> new Deed(b, () -> b.receive(new byte[] {8, 1, 16}));
            case BAD_VERSION -> new Deed(b, () -> b.receive(new byte[64]));
            case BAD_AUTH -> new Deed(b, () -> new Stranger(b, STRANGERS_ID, new byte[32]).heartbeat(0, 1));
            case UNVERIFIED -> new Deed(b, this::floodOfStrangers);
            case BAD_LENGTH -> new Deed(b, () -> b.receive(Arrays.copyOf(genuine(), genuine().length + 1)));
            case BAD_ACTION -> new Deed(b, () -> inSession(0x0a, 2, 8, 9));
            case BAD_VALUES -> new Deed(b, () -> inSession(0x0a, 3, 0x28, 0x80, 2));
            case BAD_STATE -> new Deed(b, () -> stranger.stream(0));
            case STALE -> new Deed(b, this::endAFlowOfAnother);
            case REPLAYED -> new Deed(b, () -> b.receive(genuine()));
            case DUPLICATE_HOST_ID ->
                new Deed(b, () -> new Stranger(b, b.creatorId, SimulatedNode.SECRET).heartbeat(0, 1));
            case SKIPPED -> new Deed(b, this::forgetFrames);
            case RETRANSMITS, REPAIRS_IN -> new Deed(a, this::loseOneFrame);
            case GAPS, REPAIRS_OUT -> new Deed(b, this::loseOneFrame);
            case OVERRUNS -> new Deed(a, this::loseEvents);
            case REPAIRS_OF_BUCKETS, ENDED_UNTOLD -> new Deed(b, this::loseEvents);
            case INTERRUPTIONS ->
                new Deed(a, () -> {
                    b.kill();
                    world.runMillis(3_000);
                });
            case CLASHES -> new Deed(a, this::openTwins);
            case WITHHELD -> new Deed(b, this::withholdOne);
            case MERGED -> new Deed(a, this::openAndChangeInOneBurst);
            case INSERTS_OUT -> new Deed(a, this::openOne);
            case INSERTS_IN ->
                new Deed(b, () -> {
                    openOne();
                    world.runMillis(100);
                });
            case UPDATES_OUT -> new Deed(a, this::progressOne);
            case UPDATES_IN -> new Deed(b, this::progressOne);
            case DELETES_OUT -> new Deed(a, this::closeOne);
            case DELETES_IN -> new Deed(b, this::closeOne);
            case BULK_ENTRIES_OUT, BULK_STARTS_OUT, BULK_ENDS_OUT, BULK_REQUESTS_IN -> new Deed(a, this::restartEmpty);
            case BULK_ENTRIES_IN, BULK_STARTS_IN, BULK_ENDS_IN, BULK_REQUESTS_OUT -> new Deed(b, this::restartEmpty);
            case DIGESTS_OUT -> new Deed(a, this::verify);
            case DIGESTS_IN -> new Deed(b, this::verify);
            case HEARTBEATS_OUT, REPORTS_OUT -> new Deed(a, () -> world.runMillis(1_000));
            case HEARTBEATS_IN, REPORTS_IN -> new Deed(b, () -> world.runMillis(1_000));
            case GOODBYES_OUT -> new Deed(a, this::stopA);
            case GOODBYES_IN -> new Deed(b, this::stopA);
            case RESIGNATIONS_OUT -> new Deed(a, this::resign);
            case RESIGNATIONS_IN -> new Deed(b, this::resign);
            case PACKETS_RECEIVED,
                    PACKETS_RECEIVED6,
                    PACKETS_SENT,
                    PACKETS_SENT6,
                    BAD_INTERFACE,
                    BAD_TTL,
                    BAD_CONNECTION,
                    SEND_ERRORS -> throw new IllegalArgumentException(counter + " is the channel's");
            case COPIES, PATH_CHANGES -> throw new IllegalArgumentException("SyncPathsTest has it");
        };
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "PACKETS_RECEIVED",
                "PACKETS_RECEIVED6",
                "PACKETS_SENT",
                "PACKETS_SENT6",
                "BAD_INTERFACE",
                "BAD_TTL",
                "BAD_CONNECTION",
                "SEND_ERRORS",
                "COPIES",
                "PATH_CHANGES"
            })
    void isMovedByWhatItCounts(PfsyncCounter counter) {
        Deed deed = deed(counter);
        Map<Integer, Long> beforeInLife = new HashMap<>();
        beforeInLife.put(deed.counting().life, deed.counting().counter(counter));
        deed.what().run();
        long before = beforeInLife.getOrDefault(deed.counting().life, 0L);
        assertThat(deed.counting().counter(counter)).isGreaterThan(before);
    }

    /** What a frame is refused for does not count as anything else. */
    @ParameterizedTest
    @EnumSource(names = {"SHORT_HEADER", "BAD_VERSION", "BAD_AUTH", "BAD_LENGTH", "BAD_STATE", "REPLAYED"})
    void aRefusedFrameMovesItsCounterAloneAndByOne(PfsyncCounter counter) {
        Map<PfsyncCounter, Long> before = values();
        deed(counter).what().run();
        Map<PfsyncCounter, Long> moved = values();
        moved.replaceAll((each, value) -> value - before.get(each));
        moved.values().removeIf(value -> value == 0);
        assertThat(moved).containsExactly(Map.entry(counter, 1L));
    }

    private Map<PfsyncCounter, Long> values() {
        Map<PfsyncCounter, Long> values = new EnumMap<>(PfsyncCounter.class);
        for (PfsyncCounter each : PfsyncCounter.values()) {
            values.put(each, b.counter(each));
        }
        return values;
    }
}
