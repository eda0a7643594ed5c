// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/** Whatever a frame holds is values in range or a rejection. docs/architecture.md tells how to fuzz. */
@Tag("fuzz")
class FrameFuzzTest {
    @FuzzTest(maxDuration = "1m")
    void headers(byte[] data) {
        FrameHeader header = new FrameHeader();
        if (header.parse(data, 0, data.length) == null) {
            assertThat(header.keyId).isBetween(1, FrameHeader.MAX_KEY_ID);
            assertThat(header.sequence).isPositive();
            assertThat(header.sealedOffset + header.sealedLength).isEqualTo(data.length);
        }
    }

    @FuzzTest(maxDuration = "1m")
    void controls(byte[] data) {
        Control control = new Control();
        if (new ControlCodec().read(data, 0, data.length, control) == null) {
            int end = new ControlCodec().write(control, new byte[ControlCodec.MAX_BYTES], 0);
            assertThat(end).isLessThanOrEqualTo(ControlCodec.MAX_BYTES);
        }
    }

    @FuzzTest(maxDuration = "1m")
    void streams(byte[] data) {
        ChangeDecoder decoder = new ChangeDecoder();
        Change change = new Change();
        decoder.wrap(data, 0, data.length);
        int changes = 0;
        while (decoder.next(change)) {
            changes++;
            assertThat(changes).isLessThanOrEqualTo(data.length);
            assertThat(new ChangeEncoder().write(change, new byte[2 * ChangeEncoder.MAX_BYTES], 0))
                    .isLessThanOrEqualTo(ChangeEncoder.MAX_BYTES);
        }
    }
}
