// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mirrorcarp.lab.firewall.CarpdSettings;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.Lab;
import io.mirrorcarp.lab.net.Namespace;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** Checks of what {@link ChecksIT} has not: other routes, link-local hosts, and very many checks at once. */
@Isolated
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "starts nodes, a minute: bin/test --load")
class OddChecksIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TIMES = "interval = \"200ms\"\ntimeout = \"150ms\"\nfall = 2\nrise = 1\ndemote = 1\n";
    private static final String SILENT = "203.0.113.99";
    private static final int MANY = 100;
    private static final int ADVERTISEMENTS = 2_000;
    /** Adverts that leave later than this, in seconds, would be seen in a takeover. */
    private static final String LATE = "0.01";

    private final Lab lab = Lab.open();
    private final Topology topology = new Topology(lab, SyncLink.SWITCH);
    private Firewall firewall;

    @AfterEach
    void close() {
        lab.close();
    }

    private void start(CarpdSettings settings, String checks) {
        firewall = topology.firewallA(settings);
        configure(settings, checks);
        firewall.start();
        firewall.awaitState("master", Pair.START_LIMIT);
    }

    private void configure(CarpdSettings settings, String checks) {
        String toml = settings.toml(firewall.carpd().socket())
                .replace("[metrics]\nhttp   = \"\"", "[metrics]\nhttp   = \"127.0.0.1:9712\"")
                .replace("[carp.wan]", "[carp.wan]\ngroup    = \"checked\"");
        firewall.carpd().configure(toml + checks);
    }

    private static CarpdSettings settings() {
        return Topology.settingsA().withPfsync(false);
    }

    private String reason(String check) {
        for (JsonNode source : firewall.status().path("demotionSources")) {
            if (source.path("source").asText().equals("track:" + check)) {
                return source.path("reason").asText();
            }
        }
        return "";
    }

    private void await(String check, Predicate<String> wanted) {
        Awaitility.await(check).atMost(LIMIT).until(() -> wanted.test(reason(check)));
    }

    private void awaitWell(String check) {
        await(check, String::isEmpty);
    }

    private void awaitFailure(String check, String words) {
        await(check, reason -> reason.equals(check + " failed, " + words));
    }

    /** The reason of a failure that lasts is that of its first time, so each begins well. */
    @Test
    void theNextHopIsAskedWhateverTheDefaultRouteIs() {
        start(settings(), "\n[check.hop]\nkind = \"gateway\"\n" + TIMES);
        Namespace namespace = firewall.host().namespace();
        awaitFailure("hop", "no default route");
        namespace.ip("route", "add", "default", "nexthop", "via", SILENT, "nexthop", "via", Topology.SERVER);
        awaitWell("hop");
        namespace.ip("route", "replace", "default", "nexthop", "via", SILENT, "nexthop", "via", "203.0.113.98");
        awaitFailure("hop", "none of " + SILENT + ", 203.0.113.98 answers in 150 ms");
        namespace.ip("route", "replace", "default", "via", Topology.SERVER, "metric", "5");
        namespace.ip("route", "del", "default", "metric", "0");
        awaitWell("hop");
        namespace.ip("route", "replace", "default", "dev", "wan0", "metric", "5");
        awaitFailure(
                "hop",
                "the default route is to an interface, without a next hop that could be asked: use kind = \"ping\"");
        namespace.ip("route", "del", "default", "metric", "5");
        namespace.ip("-6", "route", "add", "default", "via", serverLinkLocal(), "dev", "wan0");
        awaitWell("hop");
    }

    private String serverLinkLocal() {
        Matcher found = Pattern.compile("(fe80:[0-9a-f:]+)/64")
                .matcher(topology.server()
                        .run("ip", "-6", "-o", "addr", "show", "dev", "eth0", "scope", "link")
                        .out());
        assertThat(found.find()).isTrue();
        return found.group(1);
    }

    @Test
    void aLinkLocalHostIsReachedThroughItsInterface() {
        String host = serverLinkLocal() + "%wan0";
        start(
                settings(),
                "\n[check.ping]\nkind = \"ping\"\ntarget = \"" + host + "\"\n" + TIMES
                        + "[check.hop]\nkind = \"gateway\"\ntarget = \"" + host + "\"\n" + TIMES
                        + "[check.gone]\nkind = \"ping\"\ntarget = \"fe80::99%nosuch0\"\n" + TIMES);
        awaitFailure("gone", "fe80::99%nosuch0: there is no interface nosuch0");
        assertThat(reason("ping") + reason("hop")).isEmpty();
        topology.server().run("ip", "link", "set", "eth0", "down").orThrow();
        awaitFailure("ping", "no answer from " + host + " in 150 ms");
        awaitFailure("hop", serverLinkLocal(host) + " does not answer in 150 ms");
        topology.server().run("ip", "link", "set", "eth0", "up").orThrow();
        awaitWell("ping");
        awaitWell("hop");
    }

    private static String serverLinkLocal(String scoped) {
        return scoped.substring(0, scoped.indexOf('%'));
    }

    /**
     * 50 advertisements a second, with and without 100 checks ten times a second, most of which wait for nobody, and some
     * of which write for ever. They demote the other virtual host: one that is demoted advertises once a second.
     */
    @Test
    void aHundredChecksMakeNoAdvertisementLate() throws IOException {
        CarpdSettings often = settings().withAdvbase(0).withAdvskew(5);
        start(often, "");
        double without = lateShare();
        firewall.stop();
        configure(often, many(script()));
        firewall.start();
        firewall.awaitState("master", Pair.START_LIMIT);
        Awaitility.await("checks fail")
                .atMost(LIMIT)
                .until(() -> firewall.status().path("demotionSources").size() >= MANY / 2);
        double with = lateShare();
        System.out.println(
                "advertisements later than " + LATE + " s: " + without + " without checks, " + with + " with " + MANY);
        assertThat(with).isLessThanOrEqualTo(without + 0.005);
    }

    private Path script() throws IOException {
        Path script = firewall.host().directory().resolve("writes-for-ever");
        Files.writeString(script, "#!/bin/sh\nexec yes\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String many(Path script) {
        String[] kinds = {
            "kind = \"ping\"\ntarget = \"" + Topology.SERVER + "\"",
            "kind = \"ping\"\ntarget = \"" + SILENT + "\"",
            "kind = \"tcp\"\ntarget = \"" + SILENT + ":443\"",
            "kind = \"http\"\ntarget = \"http://" + SILENT + "/\"",
            "kind = \"http\"\ntarget = \"http://127.0.0.1:9/\"\nbody = \"well\"",
            "kind = \"dns\"\ntarget = \"" + SILENT + "\"\nquery = \"example.net\"",
            "kind = \"process\"\ntarget = \"no-such-daemon\"",
            "kind = \"gateway\"\ntarget = \"" + SILENT + "\"",
            "kind = \"file\"\ntarget = \"/nowhere\"",
            "kind = \"script\"\ntarget = \"" + script + "\"",
        };
        StringBuilder toml = new StringBuilder("\n");
        for (int i = 0; i < MANY; i++) {
            toml.append(
                    "[check.c" + i + "]\n" + kinds[i % kinds.length]
                            + "\ninterval = \"100ms\"\ntimeout = \"90ms\"\nfall = 1\nrise = 1\ndemote = 1\ngroup = \"checked\"\n");
        }
        return toml.toString();
    }

    /** Of the next advertisements. */
    private double lateShare() {
        long[] before = lateness();
        Awaitility.await("advertisements")
                .atMost(Duration.ofMinutes(2))
                .until(() -> lateness()[0] > before[0] + ADVERTISEMENTS);
        long[] after = lateness();
        return (after[1] - before[1]) / (double) (after[0] - before[0]);
    }

    /** How many were sent, and how many of them late. */
    private long[] lateness() {
        String page = firewall.host().call(() -> {
            try (InputStream answer =
                    URI.create("http://127.0.0.1:9712/metrics").toURL().openStream()) {
                return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
            }
        });
        long sent = number(page, "carp_advertisement_lateness_seconds_count (\\d+)");
        return new long[] {
            sent, sent - number(page, "carp_advertisement_lateness_seconds_bucket\\{le=\"" + LATE + "\"\\} (\\d+)")
        };
    }

    private static long number(String page, String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(page);
        assertThat(found.find()).as(pattern + " in " + page).isTrue();
        return Long.parseLong(found.group(1));
    }
}
