// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mirrorcarp.proto.pfsync.Frame;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameHeaderTest {
    private final FrameHeader header = new FrameHeader();

    private static Frame.Builder valid() {
        return Frame.newBuilder()
                .setVersion(1)
                .setKeyId(1)
                .setCreatorId(0x6f1c2a90)
                .setEpoch(7)
                .setSequence(1)
                .setSealed(ByteString.copyFrom(new byte[16]));
    }

    private Rejection parse(Frame.Builder frame) {
        byte[] bytes = frame.build().toByteArray();
        return header.parse(bytes, 0, bytes.length);
    }

    @Test
    void writesByteForByteWhatTheGeneratedClassesWrite() {
        Random random = new Random(11);
        for (int round = 0; round < 5_000; round++) {
            header.version = 1 + random.nextInt(2);
            header.keyId = 1 + random.nextInt(FrameHeader.MAX_KEY_ID);
            header.creatorId = random.nextInt() | 1;
            header.epoch = random.nextLong() | 1;
            header.stream = random.nextBoolean();
            header.sequence = (random.nextLong() >>> 1) | 1;
            byte[] sealed = new byte[16 + random.nextInt(1400)];
            random.nextBytes(sealed);
            header.sealedLength = sealed.length;
            byte[] frame = new byte[FrameHeader.MAX_BYTES + sealed.length];
            int end = header.write(frame, 0);
            assertThat(end).isLessThanOrEqualTo(FrameHeader.MAX_BYTES);
            System.arraycopy(sealed, 0, frame, end, sealed.length);
            Frame.Builder expected = Frame.newBuilder()
                    .setVersion(header.version)
                    .setKeyId(header.keyId)
                    .setCreatorId(header.creatorId)
                    .setEpoch(header.epoch)
                    .setSealed(ByteString.copyFrom(sealed));
            if (header.stream) {
                expected.setSequence(header.sequence);
            } else {
                expected.setControl(header.sequence);
            }
            byte[] bytes = expected.build().toByteArray();
            assertThat(Arrays.copyOf(frame, end + sealed.length)).isEqualTo(bytes);
            FrameHeader parsed = new FrameHeader();
            assertThat(parsed.parse(bytes, 0, bytes.length)).isNull();
            assertThat(parsed)
                    .usingRecursiveComparison()
                    .ignoringFields("reader", "writer")
                    .isEqualTo(header);
        }
    }

    @Test
    void refusesPacketsOfTheBsds() {
        byte[] openBsd = new byte[64];
        openBsd[0] = 6;
        byte[] freeBsd = new byte[64];
        freeBsd[0] = 5;
        assertThat(header.parse(openBsd, 0, 64)).isEqualTo(Rejection.BAD_VERSION);
        assertThat(header.parse(freeBsd, 0, 64)).isEqualTo(Rejection.BAD_VERSION);
        assertThat(header.parse(freeBsd, 0, 1)).isEqualTo(Rejection.BAD_VERSION);
    }

    @Test
    void refusesEachHeaderWithItsOwnReason() {
        assertThat(parse(valid())).isNull();
        assertThat(parse(valid().setVersion(2))).isNull();
        assertThat(parse(valid().setVersion(3))).isEqualTo(Rejection.BAD_VERSION);
        assertThat(parse(valid().setVersion(-1))).isEqualTo(Rejection.BAD_VERSION);
        assertThat(parse(valid().clearKeyId().setSealed(ByteString.copyFrom(new byte[20]))))
                .isEqualTo(Rejection.BAD_VALUES);
        assertThat(parse(valid().setKeyId(256))).isEqualTo(Rejection.BAD_VALUES);
        assertThat(parse(valid().setControl(1))).isEqualTo(Rejection.BAD_VALUES);
        assertThat(parse(valid().setSequence(-1))).isEqualTo(Rejection.BAD_VALUES);
        assertThat(parse(valid().clearSequence().setSealed(ByteString.copyFrom(new byte[40]))))
                .isEqualTo(Rejection.BAD_VALUES);
        assertThat(parse(valid().clearEpoch().setSealed(ByteString.copyFrom(new byte[40]))))
                .isEqualTo(Rejection.BAD_VALUES);
        assertThat(parse(valid().clearCreatorId().setSealed(ByteString.copyFrom(new byte[40]))))
                .isEqualTo(Rejection.BAD_VALUES);
        assertThat(parse(valid().setSealed(ByteString.copyFrom(new byte[15])))).isEqualTo(Rejection.SHORT_HEADER);
        assertThat(header.parse(new byte[0], 0, 0)).isEqualTo(Rejection.SHORT_HEADER);
        assertThat(header.parse(new byte[] {8}, 0, 1)).isEqualTo(Rejection.SHORT_HEADER);
    }

    @Test
    void refusesBytesBehindThePayloadAndAPayloadThatIsCut() {
        byte[] bytes = valid().build().toByteArray();
        assertThat(header.parse(Arrays.copyOf(bytes, bytes.length + 1), 0, bytes.length + 1))
                .isEqualTo(Rejection.BAD_LENGTH);
        byte[] longer =
                valid().setSealed(ByteString.copyFrom(new byte[99])).build().toByteArray();
        assertThat(header.parse(longer, 0, longer.length - 1)).isEqualTo(Rejection.BAD_LENGTH);
    }

    @Test
    void answersDamagedHeadersWithARejectionOrValuesInRange() {
        Random random = new Random(13);
        byte[] bytes =
                valid().setSealed(ByteString.copyFrom(new byte[50])).build().toByteArray();
        for (int round = 0; round < 100_000; round++) {
            byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            for (int i = 0; damaged.length > 0 && i < 3; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            if (header.parse(damaged, 0, damaged.length) == null) {
                assertThat(header.keyId).isBetween(1, FrameHeader.MAX_KEY_ID);
                assertThat(header.sealedOffset + header.sealedLength).isEqualTo(damaged.length);
            }
        }
    }
}
