// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every command that the README and the pages for operators show on a line of its own is run on a pair, in the order of the page; or it is one that
 * needs systems of its own, and another test that is named here runs it.
 */
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes a minute: run it with -Dload=true")
class OperatorsPagesIT {
    private static final Path DOCS = Checkout.home().resolve("docs");
    private static final String HERE = "integration-tests/src/test/java/io/mirrorcarp/it/";
    private static final String SYSTEMS = "packaging/src/test/java/io/mirrorcarp/packaging/SystemIT.java";

    /** A command line: indented, with or without a prompt. */
    private static final Pattern COMMAND = Pattern.compile(
            "(?m)^ {4,}(?:(fw-[ab])# |\\$ )?((?:sudo )?(?:bin/|carpctl |systemctl |apt |scp |mvn |mkdir |cd /|\\(umask).*)$");

    /** The beginning of a command, to the test that runs it and the words by which it does. */
    private static final Map<String, List<String>> ELSEWHERE = new LinkedHashMap<>();

    static {
        ELSEWHERE.put("sudo bin/lab --web", List.of(HERE + "PagesIT.java", "WebPair"));
        ELSEWHERE.put("bin/lab --nodes 4", List.of(HERE + "DrillsIT.java", "eachOtherScenarioComesTrue"));
        ELSEWHERE.put("sudo bin/lab", List.of(".ci/run", "bin/lab"));
        ELSEWHERE.put("sudo bin/test", List.of(".ci/run", "bin/test"));
        // Measured by hand: no test asserts a time.
        ELSEWHERE.put(
                "sudo bin/bench", List.of("bench/src/test/java/io/mirrorcarp/bench/BenchCommandTest.java", "sender"));
        ELSEWHERE.put("mvn ", List.of("bin/test", "mvn -B -Ppackage"));
        ELSEWHERE.put("sudo apt install ", List.of(SYSTEMS, "dpkg -i /root/carpd.deb"));
        ELSEWHERE.put("apt install ", List.of(SYSTEMS, "dpkg -i /root/newer.deb"));
        ELSEWHERE.put("apt purge ", List.of(SYSTEMS, "dpkg --purge carpd"));
        ELSEWHERE.put("systemctl ", List.of(SYSTEMS, "systemctl start carpd"));
        ELSEWHERE.put("carpctl restart --rolling", List.of(SYSTEMS, "carpctl restart --rolling"));
        ELSEWHERE.put("carpctl init --apply", List.of(HERE + "InitAndPairIT.java", "carpctl init --name fw-a --apply"));
        ELSEWHERE.put("carpctl pair export", List.of(HERE + "InitAndPairIT.java", "carpctl pair export"));
        ELSEWHERE.put("carpctl pair import", List.of(HERE + "InitAndPairIT.java", "carpctl pair import"));
        // To the second node, as a file of the first one: the pair of that test shares a disk.
        ELSEWHERE.put("scp ", List.of(HERE + "InitAndPairIT.java", "pair.carpd"));
        ELSEWHERE.put("mkdir -p -m 0700 /etc/carpd", List.of(SYSTEMS, "cd /etc/carpd && (umask 077;"));
        ELSEWHERE.put("cd /etc/carpd", List.of(SYSTEMS, "cd /etc/carpd && (umask 077;"));
    }

    /** For a machine that does much besides. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static Pair pair;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() {
        pair = Pair.inSync();
    }

    /** Each page is tried in a directory of its own, with the files of another tool that one of them imports. */
    private static Path directoryOf(Path page) throws IOException {
        Path own = Files.createDirectory(directory.resolve(String.valueOf(page.getFileName())));
        Files.writeString(own.resolve("keepalived.conf"), """
                vrrp_instance wan {
                    interface wan0
                    virtual_router_id 1
                    authentication {
                        auth_pass secret
                    }
                    virtual_ipaddress {
                        203.0.113.1/24
                    }
                }
                """);
        Files.writeString(own.resolve("conntrackd.conf"), """
                Sync {
                    Mode FTFW {
                    }
                    UDP {
                        IPv4_Destination_Address 192.0.2.2
                        Interface sync0
                    }
                }
                """);
        return own;
    }

    @AfterAll
    static void stop() {
        pair.close();
    }

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(Checkout.home().resolve("README.md")));
        try (Stream<Path> docs = Files.list(DOCS)) {
            docs.filter(page -> page.toString().endsWith(".md"))
                    .filter(page -> !page.endsWith("carpctl.8.md"))
                    .sorted()
                    .forEach(pages::add);
        }
        return pages;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void eachCommandOfThePageWorks(Path page) throws IOException {
        Path own = directoryOf(page);
        Matcher found = COMMAND.matcher(Files.readString(page));
        boolean isOfSeveralMachines = Files.readString(page).contains("two machines")
                || Files.readString(page).contains("both routers");
        while (found.find()) {
            String command = found.group(2).strip();
            List<String> test = elsewhere(command);
            if (command.contains("[")) {
                // The synopsis of a manual page.
                continue;
            }
            if (test.isEmpty()) {
                run(found.group(1) == null || found.group(1).equals("fw-a") ? pair.a : pair.b, own, command);
            } else {
                assertThat(Files.readString(Checkout.home().resolve(test.get(0))))
                        .as("%s of %s is run by %s", command, page.getFileName(), test.get(0))
                        .contains(test.get(1));
                boolean needsSystems = test.get(0).equals(SYSTEMS) || command.startsWith("scp ");
                assertThat(!needsSystems || isOfSeveralMachines)
                        .as("%s says that it needs two machines, for %s", page.getFileName(), command)
                        .isTrue();
            }
        }
    }

    /** The control: the pages have commands, and one that does not work is seen. */
    @Test
    void aCommandThatDoesNotWorkIsSeen() throws IOException {
        long shown = 0;
        for (Path page : pages()) {
            shown += COMMAND.matcher(Files.readString(page)).results().count();
        }
        assertThat(shown).isGreaterThan(40);
        assertThat(shell(pair.a, directory, "carpctl maintenance of").exitStatus())
                .isEqualTo(2);
    }

    private static List<String> elsewhere(String command) {
        return ELSEWHERE.entrySet().stream()
                .filter(entry -> command.startsWith(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(List.of());
    }

    private static void run(Firewall firewall, Path own, String command) {
        CommandResult result = shell(firewall, own, command);
        assertThat(result.exitStatus())
                .as("%s: %s%s", command, result.out(), result.err())
                .isIn(command.contains("doctor") ? List.of(0, 1) : List.of(0));
        assertThat(result.err()).as(command).doesNotContain("\tat ");
        boolean handsOver = command.matches(".*(failover|maintenance on|vhid wan down|demote \\d).*");
        if (handsOver) {
            pair.b.await("MASTER after " + command, Statuses.every("master"), Pair.ROLE_LIMIT);
        }
        if (command.equals("carpctl failover")) {
            assertThat(shell(pair.b, own, command).exitStatus())
                    .as(command + " on fw-b")
                    .isZero();
        }
        if (!handsOver || command.equals("carpctl failover")) {
            pair.awaitPreferredRoles("in-sync");
        }
    }

    /** As the reader types it: carpctl in the PATH, and a carpd at the usual socket. */
    private static CommandResult shell(Firewall firewall, Path own, String command) {
        String carpctl = Checkout.home().resolve("bin/carpctl") + " --socket "
                + firewall.carpd().socket();
        String line = "cd " + own + "; " + command.replaceAll("\\bcarpctl ", carpctl + " ");
        return Commands.run(firewall.host().namespace().inside("sh", "-c", line), "", LIMIT);
    }
}
