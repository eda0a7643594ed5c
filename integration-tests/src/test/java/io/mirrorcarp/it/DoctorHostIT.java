// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.net.Commands;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Faults of a host, each made for real on one that is well, as {@code carpctl doctor} finds them before carpd is started for the first time. What is found of the host as it
 * is, is the control.
 */
class DoctorHostIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NO_DAEMON = "no-daemon";

    private static Lab lab;
    private static LabHost host;
    private static Path file;

    @BeforeAll
    static void makeHost() throws IOException {
        lab = Lab.open();
        host = lab.host("fw-a");
        sh("""
                ip link add lan0 type bridge mcast_snooping 0
                ip link add wan0 type veth peer name wan9
                ip link add sync0 type veth peer name sync9
                for d in lan0 wan0 wan9 sync0 sync9; do ip link set $d up; done
                ip address add 10.0.0.2/24 dev lan0
                ip address add 203.0.113.2/24 dev wan0
                sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
                sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.wan0.rp_filter=0 net.ipv4.conf.lan0.rp_filter=0
                nft 'add table ip nat; add chain ip nat post { type nat hook postrouting priority srcnat; }'
                sysctl -qw net.netfilter.nf_conntrack_tcp_loose=0 net.netfilter.nf_conntrack_events=1
                """);
        Path key = Files.writeString(host.directory().resolve("carp.key"), "secret\n");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Path syncKey = Files.writeString(
                host.directory().resolve("sync.key"), "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n");
        Files.setPosixFilePermissions(syncKey, PosixFilePermissions.fromString("rw-------"));
        file = Files.writeString(host.directory().resolve("carpd.toml"), """
                [carp.lan]
                vhid = 1
                carpdev = "lan0"
                passFile = "carp.key"
                address = ["10.0.0.1/24", "2001:db8::1/64"]
                [carp.wan]
                vhid = 2
                carpdev = "wan0"
                passFile = "carp.key"
                address = ["203.0.113.1/24"]
                [pfsync]
                syncdev = "sync0"
                keys = { 1 = "sync.key" }
                activeKey = 1
                """);
    }

    @AfterAll
    static void removeHost() {
        lab.close();
    }

    private static void sh(String script) {
        host.run("sh", "-ec", script).orThrow();
    }

    private static List<String> codes(String... before) throws IOException {
        List<String> codes = new ArrayList<>();
        for (JsonNode finding : findings(List.of(before))) {
            assertThat(finding.path("todo").asText()).isNotBlank();
            codes.add(finding.path("code").asText());
        }
        return codes;
    }

    private static JsonNode findings(List<String> before) throws IOException {
        List<String> line = new ArrayList<>(before);
        line.addAll(List.of(
                Checkout.home().resolve("bin/carpctl").toString(),
                "--socket",
                host.directory().resolve("none.sock").toString(),
                "doctor",
                "--json",
                "--config",
                file.toString()));
        return JSON.readTree(host.run(line.toArray(String[]::new)).out()).path("findings");
    }

    @Test
    void aHostThatIsWellLacksTheDaemonOnly() throws IOException {
        assertThat(codes()).containsExactly(NO_DAEMON);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    multicast-snooping | ip link set lan0 type bridge mcast_snooping 1 | ip link set lan0 type bridge mcast_snooping 0
                    spanning-tree | ip link set wan0 master lan0; ip link set wan0 type bridge_slave state 1 | ip link set wan0 nomaster
                    rp-filter | ip address add 10.0.0.7/24 dev sync0; sysctl -qw net.ipv4.conf.all.rp_filter=1 | ip address del 10.0.0.7/24 dev sync0; sysctl -qw net.ipv4.conf.all.rp_filter=0
                    arp-filter | ip address add 10.0.0.7/24 dev sync0; sysctl -qw net.ipv4.conf.lan0.arp_filter=1 | ip address del 10.0.0.7/24 dev sync0; sysctl -qw net.ipv4.conf.lan0.arp_filter=0
                    arp-ignore | sysctl -qw net.ipv4.conf.wan0.arp_ignore=8 | sysctl -qw net.ipv4.conf.wan0.arp_ignore=0
                    forwarding-off | sysctl -qw net.ipv6.conf.all.forwarding=0 | sysctl -qw net.ipv6.conf.all.forwarding=1
                    conntrack-events | sysctl -qw net.netfilter.nf_conntrack_events=0 | sysctl -qw net.netfilter.nf_conntrack_events=1
                    no-nat-hook | nft delete chain ip nat post | nft 'add chain ip nat post { type nat hook postrouting priority srcnat; }'
                    """)
    void aFaultIsNamedAndNothingElse(String code, String make, String mend) throws IOException {
        sh(make);
        try {
            assertThat(codes()).containsExactlyInAnyOrder(NO_DAEMON, code);
        } finally {
            sh(mend);
        }
    }

    @Test
    void aMissingRightIsNamed() throws IOException {
        assertThat(codes("setpriv", "--bounding-set", "-net_raw", "--inh-caps", "-net_raw"))
                .contains("missing-right");
    }

    /** The second finding, after that of the missing daemon: what is wrong, and what to do. */
    private static String lack(List<String> before, String code) throws IOException {
        JsonNode findings = findings(before);
        assertThat(findings).as(findings.toString()).hasSize(2);
        JsonNode lack = findings.get(1);
        assertThat(lack.path("code").asText()).isEqualTo(code);
        return lack.path("text").asText() + "; " + lack.path("todo").asText();
    }

    @ParameterizedTest
    @CsvSource({"299, recvmmsg", "307, sendmmsg", "'299,307', 'recvmmsg, sendmmsg'"})
    void aFilterOfSystemCallsIsNamedWithWhatToLetPass(String numbers, String calls) throws IOException {
        assertThat(lack(SystemCallFilter.refusing(host.directory(), numbers), "seccomp"))
                .contains("refuses " + calls)
                .contains("SystemCallFilter=")
                .contains("seccomp profile")
                .contains("@system-service");
    }

    @Test
    void aNetworkThatBelongsToAnotherUserNamespaceIsNamed() throws IOException {
        JsonNode findings = findings(List.of("unshare", "-Ur"));
        assertThat(findings.findValuesAsText("code")).containsExactly(NO_DAEMON, "seccomp", "real-time");
        assertThat(findings.get(1).path("todo").asText()).contains("a network namespace of its own");
    }

    @Test
    void aReadOnlyProcSysIsNamedWithAllThatCarpdWouldSetThere() throws IOException {
        String readOnly = "mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && exec \"$@\"";
        assertThat(lack(List.of("unshare", "-m", "sh", "-c", readOnly, "sh"), "sysctl-read-only"))
                .contains("net.ipv4.ip_nonlocal_bind to 1, net.ipv6.ip_nonlocal_bind to 1")
                .contains("nsenter -t PID -n sysctl -w net.ipv4.ip_nonlocal_bind=1 net.ipv6.ip_nonlocal_bind=1");
    }

    @Test
    void aMissingRightToRealTimePriorityIsNamed() throws IOException {
        List<String> without =
                List.of("prlimit", "--rtprio=0", "setpriv", "--bounding-set", "-sys_nice", "--inh-caps", "-sys_nice");
        assertThat(lack(without, "real-time")).contains("CAP_SYS_NICE").contains("LimitRTPRIO=2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"keepalived", "conntrackd", "ucarp", "vrrpd"})
    void anotherProgramForTheSameIsNamed(String name) throws IOException {
        Path program = host.directory().resolve(name);
        Commands.run("cp", "/bin/sleep", program.toString()).orThrow();
        String pid = host.run("sh", "-c", program + " 60 >/dev/null 2>&1 & echo $!")
                .orThrow()
                .out()
                .strip();
        try {
            assertThat(codes()).containsExactlyInAnyOrder(NO_DAEMON, "other-daemon");
        } finally {
            host.run("kill", pid).orThrow();
        }
    }
}
