// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** Entries of the journal, to the byte. */
class JournalSocketTest {
    private static LoggingEvent event() {
        LoggerContext context = new LoggerContext();
        return new LoggingEvent("x", context.getLogger("carp"), Level.INFO, "m", null, new Object[0]);
    }

    @Test
    void theKeyValuePairsOfAnEventAreFields() {
        LoggingEvent event = event();
        event.addKeyValuePair(new KeyValuePair("CARP_VHID", 1));
        event.addKeyValuePair(new KeyValuePair("CARP_REASON", "master timed out"));
        assertThat(text(JournalSocket.entry(event, 6, "carp: m")))
                .isEqualTo(
                        "MESSAGE=carp: m\nPRIORITY=6\nSYSLOG_IDENTIFIER=carpd\nCARP_VHID=1\nCARP_REASON=master timed out\n");
    }

    @Test
    void aMessageOfSeveralLinesForgesNoField() {
        assertThat(text(JournalSocket.entry(event(), 4, "one\nPRIORITY=0")))
                .isEqualTo("MESSAGE\n\u000e\0\0\0\0\0\0\0one\nPRIORITY=0\nPRIORITY=4\nSYSLOG_IDENTIFIER=carpd\n");
    }

    @Test
    void withoutAJournalTheLineGoesElsewhere() {
        assertThat(new JournalSocket("/nowhere/socket").send(event(), 6, "carp: m"))
                .isFalse();
    }

    private static String text(byte[] entry) {
        return new String(entry, StandardCharsets.UTF_8);
    }
}
