// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KernelChecksTest {
    private static final Path EVENTS = Path.of("/proc/sys/net/netfilter/nf_conntrack_events");

    private Namespaces namespaces;
    private String name;

    @BeforeEach
    void open() throws Exception {
        namespaces = new Namespaces();
        name = namespaces.add("fw");
    }

    @AfterEach
    void close() throws Exception {
        if (namespaces != null) {
            namespaces.close();
        }
    }

    @Test
    void eventsAreTurnedOnAndSaidSoOnce() throws Exception {
        Namespaces.exec(name, "sysctl", "-qw", "net.netfilter.nf_conntrack_events=0");
        assertThat(run().notices())
                .anyMatch(notice -> notice.startsWith("net.netfilter.nf_conntrack_events was 0 and is 1 now"));
        assertThat(Namespaces.in(name, () -> Files.readString(EVENTS)).strip()).isEqualTo("1");
        assertThat(run().notices()).noneMatch(notice -> notice.contains("nf_conntrack_events"));
        assertThat(run().errors()).isEmpty();
    }

    @Test
    void aNamespaceWithoutNatIsToldWhatToDo() throws Exception {
        assertThat(run().notices())
                .anyMatch(notice -> notice.contains("nft add table ip nat")
                        && notice.contains("type nat hook postrouting priority srcnat"));
        Namespaces.nft(name, "add table ip nat\nadd chain ip nat regular\n");
        assertThat(hasHookIpv4()).as("a chain that is not a base chain").isFalse();
        Namespaces.nft(name, "add chain ip nat postrouting { type nat hook postrouting priority srcnat; }");
        assertThat(hasHookIpv4()).isTrue();
        assertThat(run().notices()).noneMatch(notice -> notice.contains("NAT"));
        assertThat(hasHookIpv6()).isFalse();
    }

    @Test
    void anInetChainServesBothFamiliesAndAFilterChainNone() throws Exception {
        Namespaces.nft(name, "table inet f { chain c { type filter hook forward priority 0; }\n }");
        assertThat(hasHookIpv4()).isFalse();
        Namespaces.nft(name, "table inet n { chain c { type nat hook prerouting priority dstnat; }\n }");
        assertThat(hasHookIpv4()).isTrue();
        assertThat(hasHookIpv6()).isTrue();
    }

    @Test
    void theNatTableOfTheOldIptablesIsSeen() throws Exception {
        Namespaces.exec(name, "iptables-legacy", "-t", "nat", "-L", "-n");
        assertThat(hasHookIpv4()).isTrue();
        assertThat(hasHookIpv6()).isFalse();
        Namespaces.exec(name, "ip6tables-legacy", "-t", "nat", "-L", "-n");
        assertThat(hasHookIpv6()).isTrue();
    }

    private KernelChecks.Report run() throws Exception {
        return Namespaces.in(name, KernelChecks::run);
    }

    private boolean hasHookIpv4() throws Exception {
        return Namespaces.in(name, KernelChecks::hasNatHookIpv4);
    }

    private boolean hasHookIpv6() throws Exception {
        return Namespaces.in(name, KernelChecks::hasNatHookIpv6);
    }
}
