// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.auth.FrameSealer;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.ControlCodec;
import io.mirrorcarp.pfsync.session.PfsyncCounter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes of several frame versions agree on the highest that all of them understand. */
class VersionTest {
    private static final byte CONTROL = 0x31;

    private final World world = new World(3);
    private final SimulatedNode a = world.add("fw-a");
    private final SimulatedNode b = world.add("fw-b");
    private final FrameSealer stranger = new FrameSealer(new Keyring(Map.of(1, SimulatedNode.SECRET), 1), 77, 99);
    private long strangersNumber;
    private int nextFlow;

    @BeforeEach
    void inSync() {
        a.start();
        b.start();
        world.runMillis(500);
        assertThat(a.verdict).isEqualTo(Verdict.IN_SYNC);
    }

    /** The versions of the stream frames that {@code a} sends for a few flows. */
    private List<Byte> versionsOfTheStream() {
        world.recording = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            a.kernel.open(FlowKey.number(++nextFlow), 600);
        }
        a.kernel.endBurst();
        world.runMillis(100);
        List<Byte> versions = new ArrayList<>();
        for (byte[] frame : world.recording) {
            if (frame[18] == CONTROL) {
                assertThat(frame[1]).as("version of a control frame").isEqualTo((byte) 1);
            } else {
                versions.add(frame[1]);
            }
        }
        assertThat(versions).isNotEmpty();
        return versions.stream().distinct().toList();
    }

    private void hearStranger(int highestVersion, int capabilities) {
        Control control = new Control();
        control.heartbeat = true;
        control.node = "stranger";
        control.highestVersion = highestVersion;
        control.capabilities = capabilities;
        control.addReport(a.creatorId, a.machine.epoch(), 1L << 40, 0, 0, false);
        byte[] payload = new byte[ControlCodec.MAX_BYTES];
        byte[] frame = new byte[ControlCodec.MAX_BYTES + FrameSealer.OVERHEAD_BYTES];
        int length = new ControlCodec().write(control, payload, 0);
        a.receive(Arrays.copyOf(frame, stranger.seal(false, ++strangersNumber, payload, length, frame)));
        world.runMillis(50);
    }

    @Test
    void twoNodesOfTheNewestVersionSpeakIt() {
        assertThat(versionsOfTheStream()).containsExactly((byte) 2);
        assertThat(b.kernel.flows()).hasSize(10);
    }

    @Test
    void allSpeakTheOldVersionWhileOneKnowsNoOther() {
        hearStranger(1, 0);
        assertThat(versionsOfTheStream()).containsExactly((byte) 1);
        assertThat(b.kernel.flows()).hasSize(10);
        world.runMillis(3_000);
        assertThat(versionsOfTheStream()).as("once it is gone").containsExactly((byte) 2);
        assertThat(b.kernel.flows()).hasSize(20);
    }

    @Test
    void aNewerNodeWithUnknownCapabilitiesIsAnsweredInOurVersion() {
        hearStranger(9, -1);
        assertThat(versionsOfTheStream()).containsExactly((byte) 2);
        assertThat(a.machine.hears(77, 99)).isTrue();
        assertThat(a.counter(PfsyncCounter.BAD_VALUES)).isZero();
    }
}
