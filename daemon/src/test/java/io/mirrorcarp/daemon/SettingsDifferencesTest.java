// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.config.Settings;
import io.mirrorcarp.daemon.doctor.Diagnosis;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of difference between two nodes has its own finding, with what to do. */
class SettingsDifferencesTest {
    private static List<Diagnosis> findings(String path, String here, String there) {
        List<Diagnosis> findings = new ArrayList<>();
        SettingsDifferences.add(Map.of("fw-b", differences(path, here, there)), findings);
        return findings;
    }

    private static List<Settings.Difference> differences(String path, String here, String there) {
        return new Settings(new TreeMap<>(Map.of(path, here)))
                .differences(new Settings(new TreeMap<>(Map.of(path, there))));
    }

    @ParameterizedTest
    @CsvSource({
        "kernel.net.netfilter.nf_conntrack_max, 262144, 65536, table-limits, sysctl -w net.netfilter.nf_conntrack_max",
        "kernel.net.netfilter.nf_conntrack_buckets, 65536, 16384, table-limits, sysctl -w net.netfilter.nf_conntrack_buckets",
        "kernel.net.netfilter.nf_conntrack_tcp_timeout_established, 432000, 7200, kernel-settings, give both nodes the same",
        "kernel.helpers, ftp, none, kernel-settings, give both nodes the same",
        "carpd.version, 0.1.0, 0.2.0, versions-differ, carpctl restart --rolling",
        "pfsync.keys.1, digest 1a, digest 2b, sync-keys, carpctl reload --both",
        "pfsync.activeKey, 1, 2, sync-keys, carpctl reload --both",
        "carp.wan.address, 203.0.113.1/24, 203.0.113.9/24, address-lists, carpctl reload --both",
        "carp.wan.vhid, 1, 9, config-differs, carpctl reload --both",
        "pfsync.filter.protocols, tcp, udp, config-differs, carpctl reload --both"
    })
    void aDifferenceIsNamedWithBothValuesAndWhatToDo(String path, String here, String there, String code, String todo) {
        assertThat(findings(path, here, there)).singleElement().satisfies(finding -> {
            assertThat(finding.code()).isEqualTo(code);
            assertThat(finding.text()).contains(here).contains(there).contains("fw-b");
            assertThat(finding.todo()).contains(todo);
        });
    }

    @Test
    void aPassphraseThatDiffersIsAnErrorAndIsNotShown() {
        assertThat(findings("carp.wan.passphrase", "digest 1a", "digest 2b"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.code()).isEqualTo("carp-password");
                    assertThat(finding.text())
                            .contains("fw-b")
                            .doesNotContain("1a")
                            .doesNotContain("2b");
                    assertThat(finding.todo()).contains("carpctl reload --both");
                });
    }

    @Test
    void equalNodesHaveNoFinding() {
        assertThat(findings("carp.wan.vhid", "1", "1")).isEmpty();
    }

    @Test
    void whatTheExaminationOfTheHostFindsIsNotFoundTwice() {
        assertThat(findings("kernel.net.ipv4.ip_forward", "1", "0")).isEmpty();
        List<Diagnosis> findings = new ArrayList<>(List.of(Diagnosis.error("carp-password", "heard", "mend it")));
        SettingsDifferences.add(Map.of("fw-b", differences("carp.wan.passphrase", "digest 1a", "digest 2b")), findings);
        assertThat(findings).hasSize(1);
        findings = new ArrayList<>(
                List.of(Diagnosis.error("carp-settings", "fw-b: lan has mac 1 there, and 0 here", "mend it")));
        SettingsDifferences.add(Map.of("fw-b", differences("carp.lan.mac", "0", "1")), findings);
        assertThat(findings).hasSize(1);
        SettingsDifferences.add(Map.of("fw-c", differences("carp.lan.mac", "0", "1")), findings);
        assertThat(findings).hasSize(2);
    }

    /** In the midst of an upgrade nine differences told to make the files alike, which were. */
    @Test
    void whatOnlyOneVersionKnowsIsNoDifferenceOfTheFiles() {
        Map<String, String> newer = new TreeMap<>(
                Map.of("carpd.version", "2", "carp.wan.vhid", "1", "carp.wan.protocol", "carp", "pfsync.hold", "off"));
        Map<String, String> older = new TreeMap<>(Map.of("carpd.version", "1", "carp.wan.vhid", "1"));
        assertThat(codes(newer, older)).containsExactly("versions-differ");
        newer.put("carp.dmz.vhid", "3");
        newer.put("pfsync.keys.2", "digest 2b");
        assertThat(codes(newer, older)).containsExactly("config-differs", "versions-differ", "sync-keys");
        older.put("carpd.version", "2");
        assertThat(codes(newer, older)).contains("config-differs").hasSize(4);
    }

    private static List<String> codes(Map<String, String> here, Map<String, String> there) {
        List<Diagnosis> findings = new ArrayList<>();
        SettingsDifferences.add(
                Map.of("fw-b", new Settings(new TreeMap<>(here)).differences(new Settings(new TreeMap<>(there)))),
                findings);
        return findings.stream().map(Diagnosis::code).toList();
    }
}
