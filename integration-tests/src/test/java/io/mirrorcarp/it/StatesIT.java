// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.net.LabHost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** {@code carpctl states} on the kernels of a pair: what is listed is what conntrack(8) lists, what is deleted is gone from both. */
class StatesIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static CommandResult carpctl(Firewall firewall, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Checkout.home().resolve("bin/carpctl").toString());
        command.add("--socket");
        command.add(firewall.carpd().socket().toString());
        command.addAll(Arrays.asList(arguments));
        return firewall.host().run(command.toArray(String[]::new));
    }

    private static void insert(LabHost host, String flow) {
        List<String> command = new ArrayList<>(List.of("conntrack", "-I", "-t", "600"));
        command.addAll(Arrays.asList(flow.split(" ", -1)));
        host.run(command.toArray(String[]::new)).orThrow();
    }

    /** One of each kind that the kernel shows in its own way. */
    private static void insertOneOfEachKind(LabHost host) {
        insert(
                host,
                "-p tcp -s 10.7.7.7 -d 198.51.100.9 --sport 5001 --dport 443 --state ESTABLISHED -u SEEN_REPLY,ASSURED -m 7");
        insert(host, "-p tcp -s 10.7.7.8 -d 198.51.100.9 --sport 5002 --dport 80 --state SYN_SENT");
        insert(
                host,
                "-p tcp -s 10.7.7.9 -d 198.51.100.9 --sport 5003 --dport 80 --state TIME_WAIT -u SEEN_REPLY -n 203.0.113.1");
        insert(host, "-p udp -s 10.7.7.7 -d 198.51.100.53 --sport 5004 --dport 53 -w 9");
        insert(host, "-p icmp -s 10.7.7.7 -d 198.51.100.9 --icmp-type 8 --icmp-code 0 --icmp-id 77");
        insert(
                host,
                "-p tcp -s 2001:db8::7 -d 2001:db8:0:0:1::9 --sport 5005 --dport 22 --state ESTABLISHED -u SEEN_REPLY,ASSURED");
        insert(host, "-p icmpv6 -s 2001:db8::7 -d 2001:db8::9 --icmpv6-type 128 --icmpv6-code 0 --icmpv6-id 78");
        insert(
                host,
                "-p sctp -s 10.7.7.7 -d 198.51.100.9 --orig-port-src 5006 --orig-port-dst 36412 --state ESTABLISHED --orig-vtag 1 --reply-vtag 2 -u SEEN_REPLY");
    }

    /** Without what only one of them shows, and without the timers, which run. */
    private static List<String> lines(String listed) {
        return listed.lines()
                .map(line -> line.replaceAll(" (use=\\d+|owner=\\S+)", "")
                        .replaceAll("^(\\S+ +\\d+) \\d+", "$1 T")
                        .strip())
                .filter(line -> line.contains("10.7.7.") || line.contains("2001:db8:"))
                .sorted()
                .toList();
    }

    private static List<String> kernel(LabHost host) {
        List<String> both = new ArrayList<>(
                lines(host.run("conntrack", "-L", "-f", "ipv4").orThrow().out()));
        both.addAll(lines(host.run("conntrack", "-L", "-f", "ipv6").orThrow().out()));
        return both.stream().sorted().toList();
    }

    private static void awaitListed(Firewall firewall, int count, String... filter) {
        List<String> command = new ArrayList<>(List.of("states"));
        command.addAll(Arrays.asList(filter));
        Awaitility.await(firewall.carpd().socket() + " lists " + count + " of " + command)
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(carpctl(firewall, command.toArray(String[]::new))
                                .out())
                        .hasLineCount(count));
    }

    @Test
    void whatIsListedIsWhatConntrackListsAndSaysWhoseItIs() {
        try (Pair pair = Pair.inSync()) {
            insertOneOfEachKind(pair.a.host());
            assertThat(lines(carpctl(pair.a, "states").out())).hasSize(8).isEqualTo(kernel(pair.a.host()));
            awaitListed(pair.b, 6, "--owner", "fw-a", "--src", "10.7.7.0/24");
            awaitListed(pair.b, 2, "--owner", "fw-a", "--src", "2001:db8::/32");
            assertThat(carpctl(
                                    pair.b,
                                    "states",
                                    "--owner",
                                    "fw-a",
                                    "--src",
                                    "10.7.7.0/24",
                                    "--dport",
                                    "80",
                                    "--proto",
                                    "tcp")
                            .out())
                    .hasLineCount(2);
            assertThat(carpctl(pair.b, "states", "--zone", "65535").out())
                    .as("entries of carpd itself")
                    .isEmpty();
            assertThat(carpctl(pair.b, "states", "--zone", "9").out())
                    .hasLineCount(1)
                    .contains("zone=9 owner=fw-a");
            assertThat(carpctl(pair.b, "states", "--mark", "0x7/0xf").out())
                    .hasLineCount(1)
                    .contains("sport=5001");
            assertThat(carpctl(pair.b, "states", "--src", "10.7.7.0/24", "--summary")
                            .out())
                    .isEqualTo("6 states\n  3 tcp\n  1 icmp\n  1 sctp\n  1 udp\n");
        }
    }

    /** fw-b owns none of them; a deletion that stayed on one node would be repaired by the digests within seconds. */
    @Test
    void whatIsDeletedOnTheBackupIsGoneFromTheMasterAndStaysGone() {
        try (Pair pair = Pair.inSync()) {
            insertOneOfEachKind(pair.a.host());
            awaitListed(pair.b, 6, "--owner", "fw-a", "--src", "10.7.7.0/24");
            CommandResult deleted = carpctl(pair.b, "states", "delete", "--src", "10.7.7.7");
            assertThat(deleted.out()).isEqualTo("deleted 4 states here and on the peers\n");
            awaitListed(pair.a, 0, "--src", "10.7.7.7");
            assertThat(carpctl(pair.a, "pfsync", "verify").exitStatus()).isZero();
            awaitListed(pair.a, 0, "--src", "10.7.7.7");
            awaitListed(pair.b, 0, "--src", "10.7.7.7");
            awaitListed(pair.a, 2, "--src", "10.7.7.0/24");
            awaitListed(pair.b, 2, "--src", "10.7.7.0/24");
        }
    }

    @Test
    void aFlushEmptiesBothTablesAndIsNoLossThatThePeerRepairs() {
        try (Pair pair = Pair.inSync()) {
            insertOneOfEachKind(pair.a.host());
            for (int port = 10_000; port < 10_300; port++) {
                insert(
                        pair.a.host(),
                        "-p tcp -s 10.7.7.7 -d 198.51.100.9 --sport " + port
                                + " --dport 443 --state ESTABLISHED -u SEEN_REPLY,ASSURED");
            }
            awaitListed(pair.b, 306, "--owner", "fw-a", "--src", "10.7.7.0/24");
            CommandResult refused = carpctl(pair.a, "states", "flush");
            assertThat(refused.exitStatus()).isEqualTo(2);
            assertThat(refused.err()).contains("there is no terminal to ask on: --yes answers the question");
            assertThat(carpctl(pair.a, "states", "flush", "--yes").out()).contains("here and on the peers");
            awaitListed(pair.a, 0, "--src", "10.7.7.0/24");
            awaitListed(pair.b, 0, "--src", "10.7.7.0/24");
            assertThat(carpctl(pair.a, "pfsync", "verify").exitStatus()).isZero();
            assertThat(pair.a.carpd().log()).doesNotContain("was flushed: asking the peers");
            awaitListed(pair.a, 0, "--src", "10.7.7.0/24");
            awaitListed(pair.b, 0, "--src", "10.7.7.0/24");
            assertThat(pair.a.status().path("failoverReady").asBoolean()).isTrue();
        }
    }

    /** The control: the same on the kernel is taken for a loss, and the peer gives it back. */
    @Test
    void aFlushByConntrackIsRepaired() {
        try (Pair pair = Pair.inSync()) {
            insertOneOfEachKind(pair.a.host());
            awaitListed(pair.b, 6, "--owner", "fw-a", "--src", "10.7.7.0/24");
            pair.a.host().run("conntrack", "-F").orThrow();
            awaitListed(pair.a, 6, "--src", "10.7.7.0/24");
        }
    }

    @Test
    void withoutReplicationTheKernelIsListedAndDeletedFromAllTheSame() {
        try (Pair pair = Pair.of(settings -> settings.withPfsync(false))) {
            pair.a.start();
            pair.a.await("MASTER", Statuses.every("master"), Pair.START_LIMIT);
            insertOneOfEachKind(pair.a.host());
            assertThat(carpctl(pair.a, "states", "--src", "10.7.7.0/24").out())
                    .hasLineCount(6)
                    .doesNotContain("owner=");
            assertThat(carpctl(pair.a, "states", "delete", "--src", "10.7.7.0/24")
                            .out())
                    .isEqualTo("deleted 6 states on this node: pfsync is off\n");
            assertThat(carpctl(pair.a, "states", "--src", "10.7.7.0/24").out()).isEmpty();
        }
    }
}
