// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsWatchTest {
    private final SettingsWatch watch = new SettingsWatch();

    private List<String> look(String name, String value) {
        return watch.look(new TreeMap<>(Map.of(name, value)));
    }

    @Test
    void aChangeIsToldOnceAndSoIsItsEnd() {
        String acct = "kernel.net.netfilter.nf_conntrack_acct";
        assertThat(look(acct, "1")).as("the first look knows nothing before it").isEmpty();
        assertThat(look(acct, "1")).isEmpty();
        assertThat(look(acct, "0")).containsExactly("net.netfilter.nf_conntrack_acct was 1 and is 0 now");
        assertThat(look(acct, "0")).isEmpty();
        assertThat(look(acct, "1")).containsExactly("net.netfilter.nf_conntrack_acct was 0 and is 1 now");
    }

    @Test
    void aMissingNatChainIsToldByWhatItMeans() {
        look(KernelSettings.TRANSLATES_IPV6, "yes");
        assertThat(look(KernelSettings.TRANSLATES_IPV6, "no"))
                .singleElement()
                .asString()
                .contains("no NAT chain for IPv6 any more")
                .contains("untranslated");
        assertThat(look(KernelSettings.TRANSLATES_IPV6, "yes"))
                .containsExactly("the packet filter has a NAT chain for IPv6 now");
    }

    @ParameterizedTest
    @ValueSource(strings = {KernelSettings.LIBERAL, KernelSettings.EVENTS})
    void whatTheTableSetsAndTellsItselfIsNotToldTwice(String setting) {
        look(setting, "1");
        assertThat(look(setting, "0")).isEmpty();
        assertThat(look(setting, "1")).isEmpty();
    }

    @Test
    void theKernelsSettingsHaveTheNamesThatAreWatched() {
        assertThat(KernelSettings.read())
                .containsKeys(
                        KernelSettings.FORWARDS_IPV4,
                        KernelSettings.FORWARDS_IPV6,
                        KernelSettings.TRANSLATES_IPV4,
                        KernelSettings.EVENTS,
                        "kernel.net.netfilter.nf_conntrack_acct",
                        "kernel.net.netfilter.nf_conntrack_timestamp");
    }
}
