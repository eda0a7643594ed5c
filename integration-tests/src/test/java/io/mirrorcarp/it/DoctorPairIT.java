// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.net.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What two nodes have against one another is made on a pair that works, and is named by {@code carpctl doctor}. That it finds nothing after each test is the control. */
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "listens for a minute: bin/test --load")
class DoctorPairIT {
    private static final Duration LIMIT = Duration.ofSeconds(25);

    private static Pair pair;

    @BeforeAll
    static void start() {
        pair = Pair.inSync();
    }

    @AfterAll
    static void stop() {
        pair.close();
    }

    @AfterEach
    void nothingIsLeft() {
        for (Firewall firewall : new Firewall[] {pair.a, pair.b}) {
            firewall.host()
                    .run("nft", "add table inet broken; delete table inet broken")
                    .orThrow();
        }
        pair.awaitPreferredRoles("in-sync");
        await(pair.a, Map::isEmpty);
        await(pair.b, Map::isEmpty);
    }

    /** What was found, by its code: the sentence, and what to do. */
    private static Map<String, String> doctor(Firewall firewall) {
        return DoctorFindings.of(firewall.carpctl("doctor", "--json"));
    }

    private static Map<String, String> await(Firewall firewall, Predicate<Map<String, String>> wanted) {
        return Awaitility.await("findings of " + firewall.name()).atMost(LIMIT).until(() -> doctor(firewall), wanted);
    }

    private static String await(Firewall firewall, String code) {
        return await(firewall, found -> found.containsKey(code)).get(code);
    }

    private static void filter(Firewall firewall, String hook, String rule) {
        firewall.host()
                .run(
                        "nft",
                        "add table inet broken; add chain inet broken c { type filter hook " + hook
                                + " priority -200; }; add rule inet broken c " + rule)
                .orThrow();
    }

    @Test
    void anotherPassphraseIsNamedByBothAndInTheLogOnceAMinuteForEachSender() throws IOException {
        Path file = pair.b.carpd().configFile();
        String right = Files.readString(file);
        Path key = Files.writeString(file.resolveSibling("other.key"), "somebody else's\n");
        pair.b.host().run("chmod", "600", key.toString()).orThrow();
        Files.writeString(file, right.replaceAll("passFile\\s*=\\s*\"[^\"]+\"", "passFile = \"other.key\""));
        pair.b.carpctl("reload").orThrow();
        try {
            for (Firewall firewall : new Firewall[] {pair.a, pair.b}) {
                assertThat(await(firewall, "carp-password"))
                        .contains("passphrase")
                        .contains("both");
                assertThat(firewall.carpctl("status").out()).doesNotContain("somebody else");
            }
            assertThat(sendersNamed(pair.a, "10.0.0.3")).isEqualTo(1);
            assertThat(sendersNamed(pair.a, "203.0.113.3")).isEqualTo(1);
            assertThat(sendersNamed(pair.b, "10.0.0.2")).isEqualTo(1);
        } finally {
            Files.writeString(file, right);
            pair.b.carpctl("reload").orThrow();
        }
    }

    /** The level of the log is the default one. */
    private static long sendersNamed(Firewall firewall, String sender) {
        return firewall.carpd()
                .log()
                .lines()
                .filter(line -> line.contains("advertisement from " + sender + " with another password"))
                .count();
    }

    /**
     * Advertisements come and go by packet sockets, which this node's packet filter does not see: what it drops keeps nobody from hearing. What does, the egress of the device
     * and switches, is in {@link DoctorAdvertsIT}.
     */
    @ParameterizedTest
    @ValueSource(strings = {"input", "prerouting", "output"})
    void protocol112ThatTheNodesOwnRulesDropIsHeardAllTheSame(String hook) {
        filter(pair.a, hook, "ip protocol 112 drop");
        filter(pair.b, hook, "ip protocol 112 drop");
        long before = heard();
        Awaitility.await("five intervals").atMost(LIMIT).until(() -> heard() >= before + 10);
        for (JsonNode host : pair.b.status().path("vhids")) {
            assertThat(host.path("state").asText()).isEqualTo("backup");
        }
        assertThat(doctor(pair.b)).isEmpty();
    }

    private static long heard() {
        return pair.b.stats().path("carp").path("packetsReceived").asLong();
    }

    /** Each node sees its own file in the place of the kernel's, as two kernels with other limits have. */
    @ParameterizedTest
    @ValueSource(strings = {"nf_conntrack_max", "nf_conntrack_buckets"})
    void anotherSizeOfTheTableIsNamed(String setting) throws IOException {
        Path other = Files.writeString(pair.b.host().directory().resolve(setting), "4096\n");
        String sysctl = "/proc/sys/net/netfilter/" + setting;
        inMountsOfB("mount", "--bind", other.toString(), sysctl);
        try {
            for (Firewall firewall : new Firewall[] {pair.a, pair.b}) {
                assertThat(await(firewall, "table-limits"))
                        .contains(setting)
                        .contains("4096")
                        .contains("sysctl -w net.netfilter." + setting);
            }
        } finally {
            inMountsOfB("umount", sysctl);
        }
    }

    private static void inMountsOfB(String... command) {
        String pid = Long.toString(pair.b.carpd().process().pid());
        String[] line = new String[command.length + 5];
        System.arraycopy(new String[] {"nsenter", "-t", pid, "-m", "-n"}, 0, line, 0, 5);
        System.arraycopy(command, 0, line, 5, command.length);
        Commands.run(line).orThrow();
    }
}
