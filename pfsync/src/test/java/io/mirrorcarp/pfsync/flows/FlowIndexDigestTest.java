// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.BucketSet;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.ChangeDecoder;
import io.mirrorcarp.pfsync.message.ChangeEncoder;
import io.mirrorcarp.pfsync.message.RandomChanges;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.mirrorcarp.pfsync.protocol.FlowKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a digest stands for, and that every way to change the index keeps it up. */
class FlowIndexDigestTest {
    private static final int FLOWS = 40;

    private final Random random = new Random(17);
    private final RandomChanges changes = new RandomChanges(random);

    @Test
    void aFlowThatPassedTheWireHasTheFingerprintItHadBefore() {
        ChangeEncoder encoder = new ChangeEncoder();
        ChangeDecoder decoder = new ChangeDecoder();
        byte[] buffer = new byte[ChangeEncoder.MAX_BYTES];
        Change sent = new Change();
        Change received = new Change();
        for (int round = 0; round < 5_000; round++) {
            changes.fillState(sent.state);
            decoder.wrap(buffer, 0, encoder.write(sent, buffer, 0));
            assertThat(decoder.next(received)).isTrue();
            received.state.timeoutSeconds = 1;
            assertThat(FlowFingerprint.of(received.state)).isEqualTo(FlowFingerprint.of(sent.state));
            assertThat(FlowFingerprint.bucket(received.state)).isEqualTo(FlowFingerprint.bucket(sent.state));
        }
    }

    @Test
    void whatTheWireDoesNotCarryIsNotInTheFingerprint() {
        StateRecord state = new StateRecord();
        FlowKey.number(1).writeTo(state);
        long fingerprint = FlowFingerprint.of(state);
        state.status = 1 << 3 | 1 << 8;
        state.tcpFlagsReply = 0x20;
        state.snatLow = 7;
        state.dnatPort = 8;
        state.timeoutSeconds = 9;
        assertThat(FlowFingerprint.of(state)).isEqualTo(fingerprint);
        state.mark = 1;
        assertThat(FlowFingerprint.of(state)).isNotEqualTo(fingerprint);
    }

    @Test
    void everyFieldAndTheVersionChangeTheDigest() {
        Set<Long> digests = new HashSet<>();
        StateRecord state = new StateRecord();
        FlowKey.number(1).writeTo(state);
        int different = 0;
        for (Runnable change : new Runnable[] {
            () -> {},
            () -> state.zone++,
            () -> state.original.sourceLow++,
            () -> state.original.destinationLow++,
            () -> state.original.sourcePort++,
            () -> state.original.destinationPort++,
            () -> state.mark++,
            () -> state.status |= StateRecord.STATUS_ASSURED,
            () -> state.status |= StateRecord.STATUS_SOURCE_NAT,
            () -> state.snatLow++,
            () -> state.snatPort++,
            () -> state.status |= StateRecord.STATUS_DESTINATION_NAT,
            () -> state.dnatLow++,
            () -> state.dnatPort++,
            () -> state.protocolState++,
            () -> state.tcpScaleOriginal++,
            () -> state.tcpFlagsReply++,
            () -> state.sctpTagOriginal++,
            () -> state.sctpTagReply++,
            () -> state.original.protocol = 132
        }) {
            change.run();
            for (int version = 0; version < 100; version++) {
                digests.add(FlowFingerprint.digest(FlowFingerprint.of(state), version));
                different++;
            }
        }
        assertThat(digests).hasSize(different);
    }

    @Test
    void flowsSpreadOverTheBuckets() {
        int[] counts = new int[BucketSet.BUCKETS];
        StateRecord state = new StateRecord();
        for (int number = 0; number < 25_600; number++) {
            FlowKey.number(number).writeTo(state);
            counts[FlowFingerprint.bucket(state)]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(50, 160);
        }
    }

    /** What the index should know of a flow. */
    private record Known(StateRecord state, int owner, int version, boolean missing) {}

    @Test
    void digestsFollowWhateverHappensToTheIndex() {
        FlowIndex index = new FlowIndex();
        int peer = index.newOwner();
        Map<Integer, Known> model = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            int flow = random.nextInt(FLOWS);
            Known known = model.get(flow);
            switch (random.nextInt(6)) {
                case 0 -> {
                    index.remove(flow);
                    model.remove(flow);
                }
                case 1 -> {
                    if (known != null && known.owner == peer && !known.missing) {
                        index.markMissing(flow);
                        model.put(flow, new Known(known.state, peer, known.version, true));
                    }
                }
                case 2 -> {
                    if (random.nextInt(50) == 0) {
                        int gone = peer;
                        index.retire(gone);
                        model.values().removeIf(each -> each.owner == gone && each.missing);
                        model.replaceAll((hash, each) ->
                                each.owner == gone ? new Known(each.state, FlowEntry.HELD, each.version, false) : each);
                        peer = index.newOwner();
                    }
                }
                default -> {
                    StateRecord state = new StateRecord();
                    changes.fillState(state);
                    int owner = random.nextBoolean() ? FlowEntry.SELF : peer;
                    int version = random.nextInt(5);
                    index.put(flow, state, owner, version);
                    model.put(flow, new Known(state, owner, version, false));
                }
            }
            if (step % 50 == 0) {
                check(index, model, peer);
            }
        }
    }

    private static void check(FlowIndex index, Map<Integer, Known> model, int peer) {
        for (int owner : new int[] {FlowEntry.SELF, peer}) {
            OwnerDigest expected = new OwnerDigest();
            model.values().stream()
                    .filter(known -> (known.owner == FlowEntry.HELD ? FlowEntry.SELF : known.owner) == owner)
                    .filter(known -> !known.missing)
                    .forEach(known -> expected.add(
                            FlowFingerprint.bucket(known.state),
                            FlowFingerprint.digest(FlowFingerprint.of(known.state), known.version)));
            assertThat(index.digest(owner)).usingRecursiveComparison().isEqualTo(expected);
        }
        assertThat(index.size()).isEqualTo(model.size());
    }

    @Test
    void whatAnOwnerDoesNotNameIsDoomed() {
        FlowIndex index = new FlowIndex();
        int peer = index.newOwner();
        StateRecord[] states = new StateRecord[FLOWS];
        for (int flow = 0; flow < FLOWS; flow++) {
            states[flow] = new StateRecord();
            changes.fillState(states[flow]);
            index.put(flow, states[flow], peer, 1);
        }
        BucketSet buckets = new BucketSet();
        buckets.remove(FlowFingerprint.bucket(states[0]));
        index.markMissing(1);
        index.unname(peer, buckets);
        index.put(2, states[2], peer, 1);
        long outside = java.util.Arrays.stream(states)
                .filter(state -> FlowFingerprint.bucket(state) == FlowFingerprint.bucket(states[0]))
                .count();
        assertThat(index.doomUnnamed(peer, buckets)).isEqualTo((int) (FLOWS - outside - 1));
        assertThat(index.get(1)).isEqualTo(FlowEntry.ABSENT);
        assertThat(FlowEntry.owner(index.get(0))).isEqualTo(peer);
        assertThat(FlowEntry.owner(index.get(2))).isEqualTo(peer);
        assertThat(FlowEntry.owner(index.get(3))).isEqualTo(FlowEntry.DOOMED);
        assertThat(index.doomUnnamed(peer, buckets)).isZero();
    }

    @Test
    void whatASweepDoesNotSightIsNotThere() {
        FlowIndex index = new FlowIndex();
        int peer = index.newOwner();
        StateRecord state = new StateRecord();
        for (int flow = 0; flow < 6; flow++) {
            changes.fillState(state);
            index.put(flow, state, flow < 3 ? FlowEntry.SELF : peer, 1);
        }
        for (int round = 0; round < 300; round++) {
            index.beginSweep();
            for (int flow = 0; flow < 6; flow++) {
                index.sight(flow);
            }
            assertThat(index.endSweep(1)).isZero();
        }
        index.beginSweep();
        index.sight(0);
        index.put(1, state, FlowEntry.SELF, 2);
        index.sight(3);
        assertThat(index.endSweep(1)).isEqualTo(3);
        assertThat(index.get(2)).isEqualTo(FlowEntry.ABSENT);
        assertThat(FlowEntry.isMissing(index.get(4))).isTrue();
        assertThat(FlowEntry.isMissing(index.get(3))).isFalse();
        assertThat(index.count(FlowEntry.SELF)).isEqualTo(2);
    }
}
