// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Checkout;
import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.net.LabProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses are leased: they do not outlive their daemon, and a healthy one does not lose them. The topology is drawn at {@link Pair}. */
class LeaseIT {
    private static final Duration LEASE_LIMIT = Duration.ofSeconds(3);

    private static String addresses(Firewall firewall) {
        return firewall.host().run("ip", "-o", "address").orThrow().out();
    }

    private static void signal(Firewall firewall, String name) {
        String pid = String.valueOf(firewall.carpd().process().pid());
        firewall.host().run("kill", "-" + name, pid).orThrow();
    }

    /** With both links up, and nobody who starts the daemon again. */
    @ParameterizedTest
    @ValueSource(strings = {"KILL", "STOP"})
    void aDaemonThatIsKilledOrStoppedLosesItsAddressesWithinThreeSeconds(String signal) {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            pair.a.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            Awaitility.await("addresses").until(() -> addresses(pair.a).contains(" 10.0.0.1/"));
            long fromNanos = System.nanoTime();
            signal(pair.a, signal);
            Awaitility.await("addresses gone")
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !addresses(pair.a).contains(" 10.0.0.1/"));
            Awaitility.await("addresses gone")
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !addresses(pair.a).contains(" 203.0.113.1/"));
            Duration lasted = Duration.ofNanos(System.nanoTime() - fromNanos);
            System.out.printf("%s: gone after %.2f s%n", signal, lasted.toMillis() / 1e3);
            assertThat(lasted).isLessThan(LEASE_LIMIT);
            assertThat(pair.a.host().run("ip", "route").orThrow().out()).doesNotContain("proto 112");
            if (signal.equals("KILL")) {
                assertThat(pair.a.host().run("nft", "list", "ruleset").orThrow().out())
                        .doesNotContain("netdev carpd");
            } else {
                signal(pair.a, "KILL");
            }
        }
    }

    /** A daemon without memory is not half alive: it ends, and so its peer hears of it and its addresses go. */
    @Test
    void aDaemonThatIsOutOfMemoryEndsAndLosesItsAddressesWithinThreeSeconds() throws Exception {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            LabProcess carpd = pair.a
                    .host()
                    .spawn(
                            "carpd",
                            "env",
                            "CARPD_JAVA_OPTIONS=-Xmx64m",
                            Checkout.home().resolve("bin/carpd").toString(),
                            "--config",
                            pair.a.carpd().configFile().toString());
            Awaitility.await("addresses")
                    .atMost(Pair.START_LIMIT)
                    .until(() -> addresses(pair.a).contains(" 10.0.0.1/")
                            && addresses(pair.a).contains(" 203.0.113.1/"));
            Path hog = MemoryHog.jar(pair.a.host().directory());
            Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
            pair.a.host().run(jcmd.toString(), Long.toString(carpd.pid()), "JVMTI.agent_load", hog.toString());
            long fromNanos = System.nanoTime();
            assertThat(carpd.awaitEnd(Duration.ofSeconds(10))).as(carpd.log()).isTrue();
            assertThat(carpd.log()).contains("java.lang.OutOfMemoryError");
            Awaitility.await("addresses gone")
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !addresses(pair.a).contains(" 10.0.0.1/")
                            && !addresses(pair.a).contains(" 203.0.113.1/"));
            assertThat(Duration.ofNanos(System.nanoTime() - fromNanos)).isLessThan(LEASE_LIMIT);
        }
    }

    /** Eight processes that use all they get, on both processors and more, for as long as twenty renewals. */
    @Test
    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "loads the machine: bin/test --load")
    void aHealthyMasterRenewsInTimeUnderLoad() {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            pair.a.start();
            pair.a.awaitState("master", Pair.START_LIMIT);
            List<LabProcess> load = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                load.add(pair.a.host().spawn("load" + i, "sh", "-c", "while :; do :; done"));
            }
            LeaseRenewals renewals = new LeaseRenewals(pair.a, Topology.VIRTUAL_LAN);
            Awaitility.await("twenty renewals").atMost(Duration.ofSeconds(60)).until(() -> renewals.count() > 20);
            load.forEach(LabProcess::kill);
            renewals.end();
            System.out.printf("longest pause between renewals %.3f s of 2 s%n", renewals.longestPauseSeconds());
            assertThat(renewals.longestPauseSeconds()).isLessThan(1.8);
            assertThat(renewals.deletions()).isEmpty();
            assertThat(Statuses.every("master").test(pair.a.status())).isTrue();
            assertThat(pair.a.stats().path("carp").path("addressesPutBack").asLong())
                    .isZero();
        }
    }
}
