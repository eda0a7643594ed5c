// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.StateRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeoutStretchTest {
    @ParameterizedTest(name = "protocol {0}, state {1}, {2} s: {3} s")
    @CsvSource({
        // TCP: SYN_SENT, ESTABLISHED, TIME_WAIT, CLOSE, SYN_SENT2.
        "6, 1, 120, 210",
        "6, 3, 3600, 28800",
        "6, 3, 432000, 432000",
        "6, 7, 120, 210",
        "6, 8, 10, 100",
        "6, 9, 120, 210",
        // An offloaded connection, whose state the kernel does not show.
        "6, 0, 3600, 28800",
        "17, 0, 30, 240",
        "17, 0, 0, 8"
    })
    void aCopyLivesLonger(int protocol, int state, long timeoutSeconds, long importedSeconds) {
        StateRecord record = new StateRecord();
        record.original.protocol = protocol;
        record.protocolState = state;
        record.timeoutSeconds = timeoutSeconds;
        assertThat(TimeoutStretch.seconds(record)).isEqualTo(importedSeconds);
    }
}
