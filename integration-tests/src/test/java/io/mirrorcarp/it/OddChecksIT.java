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
import java.time.Duration;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** Checks of what {@link ChecksIT} has not: other routes and link-local hosts. */
@Isolated
@EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "starts nodes, a minute: bin/test --load")
class OddChecksIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TIMES = "interval = \"200ms\"\ntimeout = \"150ms\"\nfall = 2\nrise = 1\ndemote = 1\n";
    private static final String SILENT = "203.0.113.99";

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
        firewall.carpd().configure(settings.toml(firewall.carpd().socket()) + checks);
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
}
