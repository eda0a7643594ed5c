// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.Allocation;
import io.mirrorcarp.proto.pfsync.Digests;
import io.mirrorcarp.proto.pfsync.Stream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChangeCodecTest {
    private final ChangeEncoder encoder = new ChangeEncoder();
    private final ChangeDecoder decoder = new ChangeDecoder();
    private final Change change = new Change();
    private final Change decoded = new Change();
    private final byte[] buffer = new byte[64 * 1024];

    @Test
    void encodesByteForByteWhatTheGeneratedClassesEncode() {
        for (long seed = 0; seed < 10_000; seed++) {
            new RandomChanges(new Random(seed)).fill(change);
            int end = encoder.write(change, buffer, 3);
            Stream.Builder stream = Stream.newBuilder();
            GeneratedChanges.add(change, stream);
            byte[] expected = stream.build().toByteArray();
            assertThat(Arrays.copyOfRange(buffer, 3, end)).as("seed " + seed).isEqualTo(expected);
            assertThat(end - 3).as("seed " + seed).isLessThanOrEqualTo(ChangeEncoder.MAX_BYTES);
        }
    }

    @Test
    void decodesWhatTheGeneratedClassesEncode() {
        for (long seed = 0; seed < 2_000; seed++) {
            RandomChanges changes = new RandomChanges(new Random(seed));
            Change[] all = new Change[1 + (int) (seed % 20)];
            Stream.Builder stream = Stream.newBuilder();
            for (int i = 0; i < all.length; i++) {
                all[i] = new Change();
                changes.fillFlow(all[i]);
                stream.addChange(GeneratedChanges.of(all[i]));
            }
            byte[] bytes = stream.build().toByteArray();
            decoder.wrap(bytes, 0, bytes.length);
            for (Change expected : all) {
                assertThat(decoder.next(decoded)).as("seed " + seed).isTrue();
                assertThat(Described.change(decoded)).as("seed " + seed).isEqualTo(Described.change(expected));
            }
            assertThat(decoder.next(decoded)).as("seed " + seed).isFalse();
            assertThat(decoder.rejection()).as("seed " + seed).isNull();
        }
    }

    @Test
    void decodesDigests() {
        Random random = new Random(11);
        for (int round = 0; round < 500; round++) {
            new RandomChanges(random).fillDigests(change);
            Stream.Builder stream = Stream.newBuilder();
            GeneratedChanges.add(change, stream);
            byte[] bytes = stream.build().toByteArray();
            decoder.wrap(bytes, 0, bytes.length);
            assertThat(decoder.next(decoded)).isTrue();
            assertThat(Described.change(decoded)).isEqualTo(Described.change(change));
            assertThat(decoder.next(decoded)).isFalse();
            assertThat(decoder.rejection()).isNull();
        }
    }

    @Test
    void refusesDigestsOfBucketsThatThereAreNot() {
        Digests.Builder digests = Digests.newBuilder().setFirst(255).addDigest(1);
        assertThat(rejectionOf(digests.build())).isNull();
        assertThat(rejectionOf(digests.addDigest(2).build())).isEqualTo(Rejection.BAD_VALUES);
        assertThat(rejectionOf(digests.clear().setFirst(256).build())).isEqualTo(Rejection.BAD_VALUES);
        for (int i = 0; i <= Change.MAX_DIGESTS; i++) {
            digests.addDigest(i);
        }
        assertThat(rejectionOf(digests.setFirst(0).build())).isEqualTo(Rejection.BAD_LENGTH);
    }

    private Rejection rejectionOf(Digests digests) {
        byte[] bytes = Stream.newBuilder().setDigests(digests).build().toByteArray();
        decoder.wrap(bytes, 0, bytes.length);
        assertThat(decoder.next(decoded)).isEqualTo(decoder.rejection() == null);
        return decoder.rejection();
    }

    @Test
    void passesOverFieldsThatItDoesNotKnow() throws Exception {
        for (long seed = 0; seed < 500; seed++) {
            new RandomChanges(new Random(seed)).fillFlow(change);
            var unknown = com.google.protobuf.UnknownFieldSet.newBuilder()
                    .addField(
                            99,
                            com.google.protobuf.UnknownFieldSet.Field.newBuilder()
                                    .addVarint(-1)
                                    .addFixed32(1)
                                    .addFixed64(2)
                                    .addLengthDelimited(com.google.protobuf.ByteString.copyFromUtf8("later"))
                                    .build())
                    .build();
            byte[] bytes = Stream.newBuilder()
                    .setUnknownFields(unknown)
                    .addChange(GeneratedChanges.of(change).toBuilder().setUnknownFields(unknown))
                    .build()
                    .toByteArray();
            decoder.wrap(bytes, 0, bytes.length);
            assertThat(decoder.next(decoded)).as("seed " + seed).isTrue();
            assertThat(Described.change(decoded)).as("seed " + seed).isEqualTo(Described.change(change));
            assertThat(decoder.next(decoded)).as("seed " + seed).isFalse();
            assertThat(decoder.rejection()).as("seed " + seed).isNull();
        }
    }

    @Test
    void answersDamagedBytesWithChangesOrOneRejection() {
        Random random = new Random(7);
        RandomChanges changes = new RandomChanges(random);
        int rejected = 0;
        for (int round = 0; round < 50_000; round++) {
            int end = 0;
            for (int i = 0; i < 3; i++) {
                changes.fill(change);
                end = encoder.write(change, buffer, end);
            }
            for (int i = random.nextInt(4); i >= 0; i--) {
                buffer[random.nextInt(end)] = (byte) random.nextInt();
            }
            int cut = random.nextBoolean() ? end : random.nextInt(end + 1);
            byte[] exact = Arrays.copyOf(buffer, cut);
            decoder.wrap(exact, 0, exact.length);
            int read = 0;
            while (decoder.next(decoded)) {
                read++;
                assertThat(inRange(decoded)).isTrue();
            }
            assertThat(read).isLessThanOrEqualTo(cut);
            rejected += decoder.rejection() == null ? 0 : 1;
            assertThat(decoder.next(decoded) && decoder.rejection() != null).isFalse();
        }
        assertThat(rejected).isGreaterThan(10_000);
    }

    private static boolean inRange(Change change) {
        StateRecord state = change.state;
        return state.zone >>> 16 == 0
                && state.snatPort >>> 16 == 0
                && state.dnatPort >>> 16 == 0
                && state.original.protocol >>> 8 == 0
                && state.timeoutSeconds >= 0
                && state.timeoutSeconds <= Integer.MAX_VALUE
                && change.targetCount <= Change.MAX_TARGETS
                && change.firstBucket + change.digestCount <= BucketSet.BUCKETS;
    }

    @Test
    void refusesAnUnknownAction() {
        assertThat(rejectionOf(io.mirrorcarp.proto.pfsync.Change.newBuilder().setActionValue(6)))
                .isEqualTo(Rejection.BAD_ACTION);
        assertThat(rejectionOf(io.mirrorcarp.proto.pfsync.Change.newBuilder().setActionValue(-1)))
                .isEqualTo(Rejection.BAD_ACTION);
    }

    @Test
    void refusesValuesOutOfRange() {
        var builder =
                io.mirrorcarp.proto.pfsync.Change.newBuilder().setSource(1).setDestination(2);
        assertThat(rejectionOf(builder.clone())).isNull();
        assertThat(rejectionOf(builder.clone().setZone(0x10000))).isEqualTo(Rejection.BAD_VALUES);
        assertThat(rejectionOf(builder.clone().setProtocol(256))).isEqualTo(Rejection.BAD_VALUES);
        assertThat(rejectionOf(builder.clone().setProtocolInfo(10))).isEqualTo(Rejection.BAD_VALUES);
        assertThat(rejectionOf(builder.clone().setProtocolInfo(15 << 4))).isEqualTo(Rejection.BAD_VALUES);
        assertThat(rejectionOf(builder.clone().setProtocol(17).setProtocolInfo(1 << 4)))
                .isEqualTo(Rejection.BAD_VALUES);
        assertThat(rejectionOf(builder.clone().setTimeout(-1))).isEqualTo(Rejection.BAD_VALUES);
        assertThat(rejectionOf(builder.clone().setSnat(1))).isEqualTo(Rejection.BAD_VALUES);
        assertThat(rejectionOf(builder.clone().setDnatPort(1))).isEqualTo(Rejection.BAD_VALUES);
        assertThat(rejectionOf(builder.clone().setSource6(com.google.protobuf.ByteString.copyFrom(new byte[16]))))
                .isEqualTo(Rejection.BAD_VALUES);
        assertThat(rejectionOf(io.mirrorcarp.proto.pfsync.Change.newBuilder()
                        .setSource6(com.google.protobuf.ByteString.copyFrom(new byte[15]))))
                .isEqualTo(Rejection.BAD_LENGTH);
        assertThat(rejectionOf(io.mirrorcarp.proto.pfsync.Change.newBuilder().setActionValue(4)))
                .isEqualTo(Rejection.BAD_VALUES);
    }

    private Rejection rejectionOf(io.mirrorcarp.proto.pfsync.Change.Builder builder) {
        byte[] bytes = Stream.newBuilder().addChange(builder).build().toByteArray();
        decoder.wrap(bytes, 0, bytes.length);
        assertThat(decoder.next(decoded)).isEqualTo(decoder.rejection() == null);
        return decoder.rejection();
    }

    @Test
    void aTranslatedTcpFlowTakesThirtyBytesToOpenAndThirtyFourToEstablish() {
        FlowTuple tuple = change.state.original;
        tuple.family = FlowTuple.FAMILY_IPV4;
        tuple.protocol = 6;
        tuple.sourceLow = 0xc0000201L;
        tuple.destinationLow = 0xcb007101L;
        tuple.sourcePort = 40_000;
        tuple.destinationPort = 443;
        change.state.status = StateRecord.STATUS_SOURCE_NAT;
        change.state.snatLow = 0xcb007102L;
        change.state.snatPort = 40_000;
        change.state.timeoutSeconds = 120;
        change.state.protocolState = 1;
        change.state.tcpScaleOriginal = 7;
        change.state.tcpFlagsOriginal = 3;
        assertThat(encoder.write(change, buffer, 0)).isLessThanOrEqualTo(30);
        change.action = Action.UPDATE;
        change.version = 1;
        change.state.status |= StateRecord.STATUS_SEEN_REPLY | StateRecord.STATUS_ASSURED;
        change.state.timeoutSeconds = 432_000;
        change.state.protocolState = 3;
        change.state.tcpScaleReply = 7;
        change.state.tcpFlagsReply = 3;
        assertThat(encoder.write(change, buffer, 0)).isLessThanOrEqualTo(36);
        change.action = Action.DELETE;
        assertThat(encoder.write(change, buffer, 0)).isLessThanOrEqualTo(21);
    }

    @Test
    void encodesAndDecodesWithoutAllocating() {
        Change[] changes = new Change[40];
        RandomChanges generator = new RandomChanges(new Random(3));
        for (int i = 0; i < changes.length; i++) {
            changes[i] = new Change();
            generator.fill(changes[i]);
        }
        Runnable frames = () -> {
            for (int frame = 0; frame < 2_000; frame++) {
                int end = 0;
                for (Change each : changes) {
                    end = encoder.write(each, buffer, end);
                }
                decoder.wrap(buffer, 0, end);
                while (decoder.next(decoded)) {}
            }
        };
        frames.run();
        assertThat(Allocation.of(frames)).as("bytes for 80,000 flows").isLessThan(20_000);
    }
}
