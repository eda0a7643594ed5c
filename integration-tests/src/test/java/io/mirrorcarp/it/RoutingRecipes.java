// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** The configurations of docs/routing.md, and the routing daemons of Debian that run them on hosts of the lab. */
final class RoutingRecipes {
    private static final Path PAGE = Path.of("..", "docs", "routing.md");
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private RoutingRecipes() {}

    /** The block of the page whose first line is a comment of that name. */
    static String of(String name) throws IOException {
        return of(PAGE, name);
    }

    /** The same of another page. */
    static String of(Path page, String name) throws IOException {
        Matcher block = Pattern.compile("(?s)```\n[#!] " + name + "\n(.*?)```").matcher(Files.readString(page));
        assertThat(block.find()).as("recipe " + name).isTrue();
        return block.group(1);
    }

    /** The rules that the page adds to the packet filter of a firewall. */
    static String rules() throws IOException {
        String rules = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("    nft insert rule inet router "))
                .map(line -> line.substring("    nft ".length()) + "\n")
                .collect(Collectors.joining());
        assertThat(rules.lines()).as("rules of " + PAGE).hasSizeGreaterThan(2);
        return rules;
    }

    /** Starts BIRD. */
    static void bird(LabHost host, String configuration) throws IOException {
        Path directory = Files.createDirectories(host.directory().resolve("bird"));
        Path file = Files.writeString(directory.resolve("bird.conf"), configuration);
        host.spawn("bird", "bird", "-f", "-c", file.toString(), "-s", directory + "/ctl", "-P", directory + "/pid");
    }

    /** What BIRD says. */
    static String birdc(LabHost host, String... command) {
        String[] line = new String[command.length + 3];
        System.arraycopy(
                new String[] {
                    "birdc", "-s", host.directory().resolve("bird/ctl").toString()
                },
                0,
                line,
                0,
                3);
        System.arraycopy(command, 0, line, 3, command.length);
        return host.run(line).out();
    }

    /**
     * Starts daemons of FRR, as the user of its package, and gives them their configuration by vtysh, as the package does.
     *
     * @param parent of their directory, which gets a mode that lets that user through: the directories of the lab are root's alone
     * @param daemons zebra first
     */
    static void frr(LabHost host, String configuration, Path parent, List<String> daemons) throws IOException {
        Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("rwx--x--x"));
        Path directory = Files.createTempDirectory(parent, host.name());
        Files.writeString(directory.resolve("frr.conf"), configuration);
        Files.writeString(directory.resolve("empty.conf"), "");
        host.run("chown", "-R", "frr:frr", directory.toString()).orThrow();
        for (String daemon : daemons) {
            host.spawn(daemon, command(daemon, directory));
            Awaitility.await(daemon).atMost(START_LIMIT).until(() -> Files.exists(directory.resolve(daemon + ".vty")));
        }
        host.run("vtysh", "--vty_socket", directory.toString(), "-f", directory + "/frr.conf")
                .orThrow();
    }

    private static String[] command(String daemon, Path directory) {
        String own = daemon.equals("bfdd") ? "--bfdctl " + directory + "/bfdd.sock " : "";
        return ("/usr/lib/frr/" + daemon + " -f " + directory + "/empty.conf -i " + directory + "/" + daemon
                        + ".pid -z " + directory + "/zserv --vty_socket " + directory + " " + own + "--log stdout")
                .split(" ");
    }

    /** The gateways by which a host reaches an address, in order. */
    static Set<String> nextHops(LabHost host, String address) {
        Set<String> hops = new TreeSet<>();
        Matcher hop = Pattern.compile("via (\\S+)")
                .matcher(host.run("ip", "route", "show", address).out());
        while (hop.find()) {
            hops.add(hop.group(1));
        }
        return hops;
    }

    /** Waits until these are the gateways and no others. */
    static void awaitNextHops(LabHost host, String address, Duration limit, String... wanted) {
        Awaitility.await("next hops of " + address + " on " + host.name())
                .atMost(limit)
                .untilAsserted(() -> assertThat(nextHops(host, address)).containsExactly(wanted));
    }
}
