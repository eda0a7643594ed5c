// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.conntrack.StateMapping;
import io.mirrorcarp.conntrack.entry.Attachment;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A dump tells what helpers expect. */
class WaitingExpectationsTest {
    private static final int FTP = 21;
    private static final int EXPECTATION_BYTES = 250;

    @Test
    void aDumpOfAnFtpConnectionCarriesItsExpectationIntoAnotherTable() throws Exception {
        try (FirewallPair firewalls = new FirewallPair()) {
            Namespaces.nft(firewalls.first, """
                    table inet helpers {
                      ct helper ftp-standard { type "ftp" protocol tcp; }
                      chain prerouting {
                        type filter hook prerouting priority mangle;
                        tcp dport 21 ct helper set "ftp-standard"
                      }
                    }
                    """);
            try (TableParts first = Namespaces.in(firewalls.first, TableParts::new);
                    TableParts second = Namespaces.in(firewalls.second, TableParts::new);
                    TcpPair pair = TcpPair.toServer(firewalls, "192.0.2.2", FTP)) {
                assertThat(control(firewalls.first, first).attachment.has(Attachment.EXPECTATION))
                        .isFalse();
                // The helper learns from the end of a line where the next one begins.
                say(pair, "220 ready\r\n");
                say(pair, "227 (192,0,2,2,200,1)\r\n");
                ConntrackEntry expecting = control(firewalls.first, first);
                assertThat(expecting.attachment.has(Attachment.EXPECTATION)).isTrue();
                StateRecord record = new StateRecord();
                StateMapping.toRecord(expecting, record);
                second.importer.insert(record);
                second.importer.flush();
                assertThat(second.count(ConntrackCounter.CREATED)).isEqualTo(1);
                assertThat(second.count(ConntrackCounter.FAILED)).isZero();
                assertThat(control(firewalls.second, second).attachment.has(Attachment.EXPECTATION))
                        .isTrue();
            }
        }
    }

    /** The kernel takes no expectation of a flow without a helper: it is not told, and a peer that tells it is counted. */
    @Test
    void whatARuleExpectsIsNotToldAndRefusedWhereItIs() throws Exception {
        try (FirewallPair firewalls = new FirewallPair()) {
            Namespaces.nft(firewalls.first, """
                    table ip rules {
                      ct expectation later { protocol tcp; dport 9876; timeout 1m; size 4; l3proto ip; }
                      chain prerouting {
                        type filter hook prerouting priority mangle;
                        tcp dport 21 ct state new ct expectation set "later"
                      }
                    }
                    """);
            try (TableParts first = Namespaces.in(firewalls.first, TableParts::new);
                    TableParts second = Namespaces.in(firewalls.second, TableParts::new);
                    TcpPair pair = TcpPair.toServer(firewalls, "192.0.2.2", FTP)) {
                pair.exchange();
                assertThat(Namespaces.in(firewalls.first, () -> {
                            WaitingExpectations waiting = new WaitingExpectations();
                            waiting.read();
                            ConntrackEntry expecting = dumped(first);
                            assertThat(expecting.attachment.has(Attachment.EXPECTATION))
                                    .as("told by a dump")
                                    .isFalse();
                            waiting.attach(expecting, 0);
                            StateRecord record = new StateRecord();
                            StateMapping.toRecord(expecting, record);
                            return record;
                        }))
                        .satisfies(record -> {
                            second.importer.insert(record);
                            second.importer.flush();
                        });
                assertThat(second.count(ConntrackCounter.CREATED)).isEqualTo(1);
                assertThat(second.count(ConntrackCounter.FAILED)).isZero();
                assertThat(second.count(ConntrackCounter.EXPECTATIONS_REFUSED)).isEqualTo(1);
            }
        }
    }

    private static ConntrackEntry dumped(TableParts table) throws Exception {
        return table.dumpAll().stream()
                .filter(entry -> entry.original.protocol == IpProtocol.TCP && entry.original.destinationPort == FTP)
                .findFirst()
                .orElseThrow();
    }

    private static void say(TcpPair pair, String line) throws IOException {
        byte[] bytes = line.getBytes(StandardCharsets.US_ASCII);
        pair.accepted.getOutputStream().write(bytes);
        assertThat(pair.connected.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
    }

    private static ConntrackEntry control(String namespace, TableParts table) throws Exception {
        return Namespaces.in(namespace, () -> dumped(table));
    }

    private static ConntrackEntry expecting(int expectation) {
        ConntrackEntry master = new ConntrackEntry();
        int value = master.attachment.add(Attachment.EXPECTATION, EXPECTATION_BYTES);
        master.attachment.bytes[value] = (byte) expectation;
        return master;
    }

    @Test
    void whatDoesNotFitIntoOneRecordComesInSeveral() {
        WaitingExpectations expectations = new WaitingExpectations();
        for (int i = 0; i < 7; i++) {
            expectations.put(expecting(i));
        }
        ConntrackEntry entry = new ConntrackEntry();
        entry.attachment.add(Attachment.LABELS, 16);
        List<Integer> told = new ArrayList<>();
        int records = 0;
        int next = 0;
        do {
            next = expectations.attach(entry, next);
            records++;
            Attachment attachment = entry.attachment;
            assertThat(attachment.has(Attachment.LABELS)).isTrue();
            for (int item = 0; item < attachment.length; item = attachment.next(item)) {
                if (attachment.type(item) == Attachment.EXPECTATION) {
                    told.add((int) attachment.bytes[attachment.value(item)]);
                }
            }
        } while (next != WaitingExpectations.NO_MORE);
        assertThat(told).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(records).isEqualTo(3);
    }

    @Test
    void anEntryThatExpectsNothingIsToldOnceAsItIs() {
        WaitingExpectations expectations = new WaitingExpectations();
        expectations.put(expecting(1));
        ConntrackEntry other = new ConntrackEntry();
        other.original.sourceLow = 1;
        assertThat(expectations.attach(other, 0)).isEqualTo(WaitingExpectations.NO_MORE);
        assertThat(other.attachment.length).isZero();
    }
}
