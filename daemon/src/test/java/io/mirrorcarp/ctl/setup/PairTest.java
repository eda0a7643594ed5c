// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirrorcarp.address.AddressPrefix;
import io.mirrorcarp.address.AddressText;
import io.mirrorcarp.ctl.files.NewFile;
import io.mirrorcarp.daemon.config.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The file from one node to the other, and what the second node makes of it. */
class PairTest {
    private static final String TOML = """
            # by hand
            [node]
            name = "fw-a"     # ours

            [carp.wan]
            vhid = 1
            carpdev = "wan0"  # outside
            advskew = 20      # preferred
            passFile = "carp.key"
            address = ["203.0.113.1/24"]
            peer = ["203.0.113.3"]

            [carp."lan.1"]
            vhid = 2
            carpdev = "lan0"
            passFile = "carp.key"
            address = ["10.0.0.1/24"]

            [pfsync]
            syncdev = "sync0"
            syncpeer = ["192.0.2.2"]
            keys = { 1 = "sync.key" }

            [[track.interface]]
            name = "lan0"
            demote = 10
            """;

    private static final HostDevices SECOND = new HostDevices(
            List.of(
                    device("eth0", "10.0.0.3/24"),
                    device("eth1", "203.0.113.3/24"),
                    device("eth2", "192.0.2.2/30"),
                    device("lan0", "172.16.0.3/24")),
            Optional.of("eth1"));

    private static HostDevices.Device device(String name, String... addresses) {
        return new HostDevices.Device(
                name, Arrays.stream(addresses).map(PairTest::prefix).toList());
    }

    private static AddressPrefix prefix(String text) {
        String[] halves = text.split("/", 2);
        return new AddressPrefix(AddressText.parse(halves[0]).orElseThrow(), Integer.parseInt(halves[1]));
    }

    private static NewFile file(String name, String content) {
        return new NewFile(name, Secret.of(content.getBytes(StandardCharsets.UTF_8)), NewFile.SECRET);
    }

    private static PairFile pair(String toml) {
        Map<String, List<AddressPrefix>> own = new LinkedHashMap<>();
        own.put("wan0", List.of(prefix("203.0.113.2/24")));
        own.put("lan0", List.of(prefix("10.0.0.2/24")));
        own.put("sync0", List.of(prefix("192.0.2.1/30")));
        return new PairFile(
                "fw-a",
                own,
                List.of(file("carpd.toml", toml), file("carp.key", "secret\n"), file("nftables.conf", """
                        iifname "lan0" oifname "wan0" accept
                        iifname { "wan0", "lan0" } accept
                        """)));
    }

    private static String made(PairImport second, String name) throws SetupFault {
        return second.files().stream()
                .filter(one -> one.path().equals(name))
                .map(one -> new String(one.content().bytes(), StandardCharsets.UTF_8))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theFileComesBackWhole() {
        PairFile pair = pair(TOML);
        PairFile read = PairFile.parse(pair.text()).orElseThrow();
        assertThat(read).isEqualTo(pair);
        assertThat(read.code()).isEqualTo(pair.code()).matches("([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}");
        assertThat(pair(TOML + "#").code()).isNotEqualTo(pair.code());
    }

    @Test
    void aFileThatIsCutOffOrChangedIsRefused() {
        String text = pair(TOML).text();
        for (int i = 0; i < text.length(); i++) {
            assertThat(PairFile.parse(text.substring(0, i))).isEmpty();
            char other = text.charAt(i) == 'a' ? 'b' : 'a';
            assertThat(PairFile.parse(text.substring(0, i) + other + text.substring(i + 1)))
                    .isEmpty();
        }
        assertThat(PairFile.parse(text + "x")).isEmpty();
    }

    /** A file may not be written outside of the directory. */
    @Test
    void aNameThatIsAPathIsRefused() {
        PairFile hostile = new PairFile("fw-a", Map.of(), List.of(file("../../etc/cron.d/x", "")));
        assertThat(PairFile.parse(hostile.text())).isEmpty();
    }

    @Test
    void theSecondNodeDiffersInWhatItMust() throws SetupFault {
        PairImport second = new PairImport(pair(TOML), SECOND, Map.of(), "fw-b");
        assertThat(made(second, "carpd.toml")).isEqualTo("""
                # by hand
                [node]
                name = "fw-b"

                [carp.wan]
                vhid = 1
                carpdev = "eth1"  # outside
                advskew = 120      # preferred
                passFile = "carp.key"
                address = ["203.0.113.1/24"]
                peer = ["203.0.113.2"]

                [carp."lan.1"]
                advskew = 100
                vhid = 2
                carpdev = "eth0"
                passFile = "carp.key"
                address = ["10.0.0.1/24"]

                [pfsync]
                syncdev = "eth2"
                syncpeer = ["192.0.2.1"]
                keys = { 1 = "sync.key" }

                [[track.interface]]
                name = "eth0"
                demote = 10
                """);
        assertThat(made(second, "nftables.conf")).isEqualTo("""
                iifname "eth0" oifname "eth1" accept
                iifname { "eth1", "eth0" } accept
                """);
        assertThat(made(second, "carp.key")).isEqualTo("secret\n");
        assertThat(second.remarks()).isEmpty();
    }

    @Test
    void namesThatAreSwappedDoNotRunIntoEachOther() throws SetupFault {
        HostDevices swapped = new HostDevices(
                List.of(
                        device("lan0", "203.0.113.3/24"),
                        device("sync0", "192.0.2.2/30"),
                        device("wan0", "10.0.0.3/24")),
                Optional.empty());
        PairImport second = new PairImport(pair(TOML), swapped, Map.of(), "fw-b");
        assertThat(made(second, "carpd.toml"))
                .contains("carpdev = \"lan0\"  # outside")
                .contains("carpdev = \"wan0\"\n");
        assertThat(made(second, "nftables.conf")).startsWith("iifname \"wan0\" oifname \"lan0\" accept\n");
    }

    @Test
    void whatCannotBeGuessedIsAskedFor() {
        HostDevices bare = new HostDevices(List.of(device("eth1", "203.0.113.3/24")), Optional.empty());
        assertThatThrownBy(() -> new PairImport(pair(TOML), bare, Map.of(), "fw-b").files())
                .isInstanceOf(SetupFault.class)
                .hasMessage(
                        "no interface of this node is in the network of 10.0.0.2/24, lan0 on fw-a: give one an address there, "
                                + "or name it with --device lan0=NAME");
        assertThatThrownBy(() -> new PairImport(pair(TOML), SECOND, Map.of(), "fw-a").files())
                .hasMessage("both nodes are called fw-a: give this one another name with --name");
        String hostId = TOML.replace("name = \"fw-a\"", "hostId = \"00000001\"");
        assertThatThrownBy(() -> new PairImport(pair(hostId), SECOND, Map.of(), "fw-b").files())
                .hasMessageStartingWith("the configuration has a hostId");
        String last = TOML.replace("advskew = 20", "advskew = 254");
        assertThatThrownBy(() -> new PairImport(pair(last), SECOND, Map.of(), "fw-b").files())
                .hasMessageContaining("leaves no room");
    }

    @Test
    void aConfigurationWithoutANameGetsOne() throws SetupFault {
        String nameless = TOML.replace("[node]\nname = \"fw-a\"     # ours\n", "");
        assertThat(made(new PairImport(pair(nameless), SECOND, Map.of(), "fw-b"), "carpd.toml"))
                .endsWith("\n[node]\nname = \"fw-b\"\n");
        String empty = TOML.replace("name = \"fw-a\"     # ours\n", "");
        assertThat(made(new PairImport(pair(empty), SECOND, Map.of(), "fw-b"), "carpd.toml"))
                .contains("[node]\nname = \"fw-b\"\n");
    }
}
