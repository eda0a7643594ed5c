// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mirrorcarp.ctl.CheckVerdict.Level;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CheckVerdictTest {
    private static final Path NOWHERE = Path.of("/nowhere/admin.sock");

    private static final String WELL = """
            {"failoverReady": true, "failoverBlockedBy": [], "demotion": 0,
             "vhids": [{"name": "wan", "state": "master", "advbase": 1, "peers": []},
                       {"name": "lan", "state": "master", "advbase": 1, "peers": []}],
             "pfsync": {"state": "in-sync", "peers": [{"lagMillis": 4.2, "entries": 48209, "masterOf": []}]},
             "conntrack": {"entries": 48213, "limit": 262144}}
            """;

    private static ObjectNode status(String text) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(text);
        } catch (IOException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    @Test
    void aWellPairIsOneLineWithPerformanceData() {
        CheckVerdict verdict = CheckVerdict.of(status(WELL), "");
        assertThat(verdict.level()).isEqualTo(Level.OK);
        assertThat(verdict.line())
                .isEqualTo("CARP OK - MASTER 2/2, pfsync in sync | masters=2;;;0 vhids=2;;;0 demotion=0;;;0"
                        + " states=48213;209715;;0;262144 lag=4.2ms;;;0 peer_states=48209;;;0");
    }

    @Test
    void aBackupHearsItsMaster() {
        String backup = WELL.replace(
                "\"state\": \"master\", \"advbase\": 1, \"peers\": []",
                "\"state\": \"backup\", \"advbase\": 1, \"peers\": [{\"lastSeenSeconds\": 0.4}]");
        assertThat(CheckVerdict.of(status(backup), "backup").level()).isEqualTo(Level.OK);
        assertThat(CheckVerdict.of(status(backup), "master"))
                .matches(verdict -> verdict.level() == Level.WARNING)
                .matches(verdict -> verdict.line().contains("wan is BACKUP, not MASTER"));
        String silent = backup.replace("0.4", "40");
        assertThat(CheckVerdict.of(status(silent), ""))
                .matches(verdict -> verdict.level() == Level.CRITICAL)
                .matches(verdict -> verdict.line().startsWith("CARP CRITICAL - wan has no master, lan has no master,"));
    }

    @Test
    void twoMastersAreCritical() {
        CheckVerdict verdict = CheckVerdict.of(status(WELL.replace("\"masterOf\": []", "\"masterOf\": [\"lan\"]")), "");
        assertThat(verdict.level()).isEqualTo(Level.CRITICAL);
        assertThat(verdict.line()).contains("lan has 2 masters").contains("masters=3;");
    }

    @Test
    void notReadyIsAWarningWithItsReason() {
        CheckVerdict verdict = CheckVerdict.of(
                status(WELL.replace(
                        "\"failoverReady\": true, \"failoverBlockedBy\": []",
                        "\"failoverReady\": false, \"failoverBlockedBy\": [\"pfsync bulk 63 %|\"]")),
                "");
        assertThat(verdict.level()).isEqualTo(Level.WARNING);
        assertThat(verdict.line()).contains("pfsync bulk 63 %/ |");
    }

    @Test
    void aTableThatIsNearlyFullIsAWarning() {
        assertThat(CheckVerdict.of(status(WELL.replace("48213", "220000")), "").line())
                .startsWith("CARP WARNING - ")
                .contains("the conntrack table is 83 % full");
    }

    @Test
    void noDaemonIsCritical() {
        assertThat(CheckVerdict.unanswered("carpctl: no carpd answers\nmore").line())
                .isEqualTo("CARP CRITICAL - carpctl: no carpd answers");
    }

    @Test
    void whatASilentPeerSaidLastIsNoFigure() {
        String lost = WELL.replace("{\"lagMillis\"", "{\"state\": \"lost\", \"lagMillis\"");
        assertThat(CheckVerdict.of(status(lost), "").line())
                .doesNotContain("lag=")
                .doesNotContain("peer_states=");
    }

    /** Nagios takes 1 and 2 for a warning and worse, and shows what is printed on standard output alone. */
    @Test
    void whatWasNotCheckedIsUnknown() {
        CarpctlRun run = CarpctlRun.on(NOWHERE, "check", "--expect", "leader");
        assertThat(run.out()).startsWith("CARP UNKNOWN - ").contains("leader").hasLineCount(1);
        assertThat(run.status()).isEqualTo(3);
    }

    @Test
    void aHostWithoutADaemonIsCriticalInOneLine() {
        CarpctlRun run = CarpctlRun.on(NOWHERE, "check");
        assertThat(run.out())
                .startsWith("CARP CRITICAL - ")
                .contains("there is no carpd")
                .hasLineCount(1);
        assertThat(run.status()).isEqualTo(2);
    }
}
