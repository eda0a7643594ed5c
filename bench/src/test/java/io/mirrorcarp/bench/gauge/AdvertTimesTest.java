// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.gauge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class AdvertTimesTest {
    private static final byte[] CARP = {0x21, 1, 64, 7, 0, 2, 0, 0};
    private static final byte[] VRRP = {0x31, 1, (byte) 254, 1, 0x0f, (byte) 0xff, 0, 0};

    private static byte[] capture(int magic, long... nanos) {
        ByteBuffer file = ByteBuffer.allocate(24 + nanos.length * (16 + 70)).order(ByteOrder.nativeOrder());
        file.putInt(magic).position(24);
        for (long at : nanos) {
            file.putInt((int) (at / 1_000_000_000)).putInt((int) (at % 1_000_000_000));
            file.putInt(70).putInt(70).put(file.position() + 14, (byte) 0x45);
            file.put(file.position() + 34, CARP).position(file.position() + 70);
        }
        return file.array();
    }

    @Test
    void theTimesOfACaptureAreThoseOfItsRecords() {
        byte[] file = capture(0xa1b23c4d, 1_700_000_000_000_000_001L, 1_700_000_000_020_000_000L);
        assertThat(AdvertTimes.ofPcap(file).nanos())
                .containsExactly(1_700_000_000_000_000_001L, 1_700_000_000_020_000_000L);
    }

    @Test
    void aRecordThatIsStillBeingWrittenIsLeftOut() {
        byte[] file = capture(0xa1b23c4d, 1, 2, 3);
        assertThat(AdvertTimes.ofPcap(Arrays.copyOf(file, file.length - 1)).nanos())
                .containsExactly(1L, 2L);
        assertThat(AdvertTimes.ofPcap(Arrays.copyOf(file, 24 + 10)).nanos()).isEmpty();
        assertThat(AdvertTimes.ofPcap(new byte[3]).nanos()).isEmpty();
    }

    @Test
    void aCaptureInMicrosecondsIsNotTakenForOneInNanoseconds() {
        assertThat(AdvertTimes.ofPcap(capture(0xa1b2c3d4, 1)).nanos()).isEmpty();
    }

    @Test
    void theIntervalIsWhatTheAdvertisementTells() {
        byte[] file = capture(0xa1b23c4d, 1, 2);
        System.arraycopy(VRRP, 0, file, file.length - 70 + 34, VRRP.length);
        assertThat(AdvertTimes.ofPcap(file).intervals()).containsExactly(2_250_000_000L, 40_950_000_000L);
    }

    @Test
    void latenessIsWhatATimeIsLongerThanTheIntervalToldBefore() {
        List<Long> times = List.of(0L, 20_000_000L, 45_000_000L, 55_000_000L, 955_000_000L);
        List<Long> told = List.of(20_000_000L, 20_000_000L, 20_000_000L, 900_000_000L, 1L);
        Histogram lateness = new AdvertTimes(times, told).lateness();
        assertThat(lateness.getTotalCount()).isEqualTo(4);
        assertThat((double) lateness.getMaxValue()).isEqualTo(5e6, within(1e4));
        assertThat(lateness.getMinValue()).isZero();
    }
}
