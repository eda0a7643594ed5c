// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.net.CommandResult;
import io.mirrorcarp.lab.traffic.Download;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** The rolling restart of an upgrade, as the manual has it: the backup, then the master. */
class RestartIT {
    private static final Duration GAP_LIMIT = Duration.ofMillis(600);

    /** Restarts as the service would, when the command that stands for systemctl asks for it. */
    static CommandResult restart(Firewall firewall) throws IOException {
        Path asked = firewall.host().directory().resolve("restart");
        Files.deleteIfExists(asked);
        CompletableFuture<CommandResult> command = CompletableFuture.supplyAsync(() -> firewall.carpctl(
                "restart",
                "--rolling",
                "--wait",
                "60s",
                "--command",
                "touch " + asked + "; while test -e " + asked + "; do sleep 0.05; done"));
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(asked) || command.isDone());
        if (Files.exists(asked)) {
            firewall.stop();
            firewall.start();
            Files.delete(asked);
        }
        return command.join();
    }

    @Test
    void bothAreRestartedOneAfterTheOtherAndADownloadGoesOn() throws IOException {
        try (Pair pair = Pair.inSync()) {
            Download download = pair.download(Duration.ofSeconds(20));
            CommandResult backup = restart(pair.b);
            assertThat(backup.exitStatus()).as(backup.err() + pair.logsOf()).isZero();
            assertThat(backup.out())
                    .contains("fw-b runs again and holds every state")
                    .doesNotContain("is master of");
            CommandResult master = restart(pair.a);
            assertThat(master.exitStatus()).as(master.err() + pair.logsOf()).isZero();
            assertThat(master.out()).contains("fw-b is master of", "fw-a runs again and holds every state");
            pair.awaitPreferredRoles("in-sync");
            pair.assertSurvived(download, GAP_LIMIT);
        }
    }

    /** Its first advertisement comes before replication has started, and tells of a takeover that was missed. */
    @Test
    void aKilledMasterStartsBesideASuccessorThatAdvertisesAllTheTime() {
        try (Pair pair = Pair.of(settings -> settings.withAdvbase(0).withAdvskew(settings.advskew() == 0 ? 2 : 4))) {
            pair.start();
            pair.awaitPreferredRoles("in-sync");
            pair.a.kill();
            pair.b.await("master", Statuses.every("master"), Pair.ROLE_LIMIT);
            pair.a.start();
            pair.awaitPreferredRoles("in-sync");
        }
    }

    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void aRestartThatFailsSaysWhereTheAddressesAreAndHowTheyComeBack() {
        try (Pair pair = Pair.inSync()) {
            CommandResult failed = pair.a.carpctl("restart", "--rolling", "--command", "exit 3");
            assertThat(failed.exitStatus()).isEqualTo(1);
            assertThat(failed.err()).contains("failed with status 3", "carpctl demote --reset");
            pair.b.await("MASTER", Statuses.every("master"), Pair.ROLE_LIMIT);
            pair.a.carpctl("demote", "--reset").orThrow();
            pair.awaitPreferredRoles("in-sync");
        }
    }

    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void withoutAPeerThatCouldTakeOverNothingIsRestarted() throws IOException {
        try (Pair pair = Pair.inSync()) {
            pair.b.host().sysctl("net.ipv4.ip_forward=0");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> !pair.a.status().path("failoverReady").asBoolean());
            CommandResult refused = restart(pair.a);
            assertThat(refused.exitStatus()).isEqualTo(5);
            assertThat(refused.err()).contains("net.ipv4.ip_forward is 0", "nothing was restarted");
            assertThat(pair.a.carpd().isRunning()).isTrue();
            assertThat(pair.a.carpctl("restart").exitStatus())
                    .as("without --rolling")
                    .isEqualTo(2);
        }
    }
}
