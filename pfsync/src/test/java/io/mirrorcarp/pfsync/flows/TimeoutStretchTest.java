// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.flows;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.pfsync.message.StateRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeoutStretchTest {
    @ParameterizedTest(name = "protocol {0}, state {1}, {2} s: {3} s")
    @CsvSource({
        // TCP: SYN_SENT, SYN_RECV, ESTABLISHED, FIN_WAIT, TIME_WAIT, CLOSE, SYN_SENT2.
        "6, 1, 120, 210",
        "6, 2, 60, 150",
        "6, 3, 3600, 28800",
        "6, 3, 432000, 432000",
        "6, 4, 120, 210",
        "6, 7, 120, 210",
        "6, 8, 10, 100",
        "6, 9, 120, 210",
        // An offloaded connection, whose state the kernel does not show.
        "6, 0, 3600, 28800",
        // SCTP: ESTABLISHED, SHUTDOWN_SENT, SHUTDOWN_ACK_SENT.
        "132, 4, 3600, 28800",
        "132, 5, 3, 93",
        "132, 7, 3, 93",
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
