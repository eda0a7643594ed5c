// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mirrorcarp.counter.CounterSet;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;

/** Whatever comes in on a carpdev is an advertisement or one reason why it is none. docs/architecture.md tells how to fuzz. */
@Tag("fuzz")
class AdvertisementFuzzTest {
    @FuzzTest(maxDuration = "1m")
    void frames(byte[] data) {
        ParsedFrame parsed = AdvertisementParser.ofEverything().parse(ByteBuffer.wrap(data));
        parsed.count(new CounterSet<>(CarpCounter.class));
        if (parsed instanceof ReceivedAdvertisement received) {
            assertThat(received.advertisement().vhid()).isBetween(0, 255);
        }
    }

    @FuzzTest(maxDuration = "1m")
    void arpRequests(byte[] data) {
        ArpRequest.parse(ByteBuffer.wrap(data));
    }
}
