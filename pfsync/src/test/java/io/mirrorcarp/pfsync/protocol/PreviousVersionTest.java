// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.DynamicMessage;
import io.mirrorcarp.pfsync.auth.FrameOpener;
import io.mirrorcarp.pfsync.message.FrameHeader;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A node of this version beside one of frame version 1, which is played from a recording of frames that passed between two of that version.
 * One constant source of random numbers gives this node the epoch and the request ids that the recorded one answers to.
 */
class PreviousVersionTest {
    private static final int HIGHEST_ACTION_OF_VERSION_1 = 5;

    private final World world = new World(7);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");

    PreviousVersionTest() {
        world.longestDelayNanos = 1;
        a.random = () -> 0x0a0a_0a0a_0a0a_0a0aL;
        b.random = () -> 0x0b0b_0b0b_0b0b_0b0bL;
    }

    private void play(String recorded, SimulatedNode to) throws Exception {
        for (RecordedConversation.Passed passed : RecordedConversation.of(recorded)) {
            world.after(passed.nanos(), () -> to.receive(passed.frame().toByteArray()));
        }
    }

    private static List<FlowKey> flowsLeft() {
        return IntStream.rangeClosed(1, 150)
                .filter(number -> number <= 110 || number > 130)
                .mapToObj(FlowKey::number)
                .toList();
    }

    @Test
    void itsFlowsComeToUs() throws Exception {
        play("fw-a", b);
        b.start();
        world.runMillis(950);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(b.demoted).as("demoted once the bulk update is done").isFalse();
        assertThat(b.kernel.flows()).hasSize(100);
        world.runMillis(1_000);
        assertThat(b.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(b.kernel.flows().keySet()).containsExactlyInAnyOrderElementsOf(flowsLeft());
        // The recording gives this flow a translation by an update, which no kernel takes: only the rest of it is
        // changed.
        StateRecord updated = b.kernel.get(FlowKey.number(136)).state;
        assertThat(updated.snatPort).isZero();
        assertThat(updated.tcpScaleReply).isEqualTo(8);
        world.runMillis(250);
        assertThat(b.verdict).as("after its goodbye").isEqualTo(Verdict.ALONE);
        assertThat(b.kernel.flows()).hasSize(130);
        assertNothingRefused(b);
    }

    @Test
    void ourFlowsCanBeReadByIt() throws Exception {
        play("fw-b", a);
        world.recording = new ArrayList<>();
        open(1, 100);
        a.start();
        world.runMillis(1_000);
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
        open(101, 150);
        world.runMillis(200);
        IntStream.rangeClosed(101, 140).forEach(number -> a.kernel.progress(FlowKey.number(number)));
        a.kernel.endBurst();
        world.runMillis(200);
        IntStream.rangeClosed(111, 130).forEach(number -> a.kernel.close(FlowKey.number(number)));
        a.kernel.endBurst();
        world.runMillis(400);
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
        assertThat(a.counter(PfsyncCounter.BULK_REQUESTS_IN)).isPositive();
        assertThat(a.machine.isCaughtUp()).isTrue();
        assertNothingRefused(a);
        assertThat(readAsVersion1(world.recording)).containsExactlyInAnyOrderElementsOf(flowsLeft());
    }

    private void open(int from, int to) {
        IntStream.rangeClosed(from, to).forEach(number -> a.kernel.open(FlowKey.number(number), 600));
        a.kernel.endBurst();
    }

    private static void assertNothingRefused(SimulatedNode node) {
        List<PfsyncCounter> refusals = List.of(
                PfsyncCounter.BAD_VERSION,
                PfsyncCounter.BAD_LENGTH,
                PfsyncCounter.BAD_ACTION,
                PfsyncCounter.BAD_VALUES,
                PfsyncCounter.BAD_AUTH,
                PfsyncCounter.SKIPPED);
        assertThat(refusals)
                .allSatisfy(counter ->
                        assertThat(node.counter(counter)).as(counter.label()).isZero());
    }

    /** The flows that a receiver of version 1 has after these frames. */
    private List<FlowKey> readAsVersion1(List<byte[]> frames) throws Exception {
        Descriptor stream = RecordedConversation.message("Stream");
        FrameOpener opener = new FrameOpener(a.keyring);
        FrameHeader header = new FrameHeader();
        Map<FlowKey, Boolean> flows = new HashMap<>();
        byte[] payload = new byte[2_000];
        for (byte[] frame : frames) {
            assertThat(Arrays.copyOf(frame, 2)).as("version of the frame").containsExactly(8, 1);
            assertThat(header.parse(frame, 0, frame.length)).isNull();
            int length = opener.open(header, frame, 0, payload);
            assertThat(length).isNotNegative();
            if (header.stream) {
                DynamicMessage message = DynamicMessage.parseFrom(stream, ByteString.copyFrom(payload, 0, length));
                ((List<?>) message.getField(stream.findFieldByName("change")))
                        .forEach(change -> applyAsVersion1((DynamicMessage) change, flows));
            }
        }
        return List.copyOf(flows.keySet());
    }

    private static void applyAsVersion1(DynamicMessage change, Map<FlowKey, Boolean> flows) {
        int action = ((EnumValueDescriptor) field(change, "action")).getNumber();
        assertThat(action).as("action").isBetween(0, HIGHEST_ACTION_OF_VERSION_1);
        if (action > 3) {
            return;
        }
        int ports = (Integer) field(change, "ports");
        boolean hasProtocol = change.hasField(change.getDescriptorForType().findFieldByName("protocol"));
        FlowKey key = new FlowKey(
                Integer.toUnsignedLong((Integer) field(change, "source")),
                Integer.toUnsignedLong((Integer) field(change, "destination")),
                hasProtocol ? (Integer) field(change, "protocol") : 6,
                ports >>> 16,
                ports & 0xffff,
                (Integer) field(change, "zone"));
        if (action == 2) {
            flows.remove(key);
        } else {
            flows.put(key, true);
        }
    }

    private static Object field(DynamicMessage message, String name) {
        return message.getField(message.getDescriptorForType().findFieldByName(name));
    }
}
