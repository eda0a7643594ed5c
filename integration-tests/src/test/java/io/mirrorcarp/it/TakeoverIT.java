// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.SyncLink;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.traffic.Download;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/** A NATed TCP download through the pair goes on, whatever becomes of the master. The topology is drawn at {@link Pair}. */
@Isolated
class TakeoverIT {
    private static final String AS_THE_LAB = "bin/lab shows it, with its control; here: bin/test --load";

    private static final Duration DOWNLOAD = Duration.ofSeconds(8);

    @Test
    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = AS_THE_LAB)
    void aDownloadSurvivesThePowerLossOfTheMaster() throws Exception {
        try (Pair pair = Pair.inSync()) {
            Download download = pair.download(DOWNLOAD);
            pair.a.powerLoss();
            pair.assertSurvived(download, Duration.ofSeconds(4));
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
            assertThat(pair.server.clients())
                    .as("the server saw the virtual address only")
                    .containsExactly(InetAddress.getByName(Topology.VIRTUAL_WAN));
        }
    }

    /** After a plain timeout, 2.65 s with a silent state channel, fw-b would take over 1.6 s after the loss at the earliest. */
    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void aPowerLossAtTheOtherEndOfTheSyncCableIsNoticedWhenTheNextAdvertisementIsMissing() {
        try (Pair pair = Pair.inSync(SyncLink.CABLE)) {
            Download download = pair.download(DOWNLOAD);
            pair.a.powerLoss();
            pair.b.awaitState("master", Duration.ofMillis(1600));
            assertThat(pair.b.carpd().log()).contains("sync0 lost its carrier");
            pair.assertSurvived(download, Duration.ofSeconds(2));
        }
    }

    @Test
    void aDownloadHardlyNoticesThatTheMasterIsStopped() {
        try (Pair pair = Pair.inSync()) {
            Download download = pair.download(DOWNLOAD);
            assertThat(pair.a.stop()).as("exit status").isZero();
            pair.assertSurvived(download, Duration.ofMillis(300));
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
        }
    }

    @Test
    void bothAddressesMoveTogetherWhenTheMasterLosesOneLink() {
        try (Pair pair = Pair.inSync()) {
            Download download = pair.download(DOWNLOAD);
            pair.topology.lan().cutCable(pair.a.host());
            pair.assertSurvived(download, Duration.ofSeconds(1));
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
            var status = pair.a.status();
            assertThat(status.path("demotion").asInt()).as("demotion of fw-a").isGreaterThanOrEqualTo(240);
            assertThat(status.path("demotionSources").findValuesAsText("source"))
                    .contains("link");
            assertThat(Pair.reason(pair.b.status(), "lan")).isEqualTo("master resigned");
        }
    }

    /** Its virtual MAC goes with it, so the download stands still until fw-b takes over: after one missing advertisement, and not after a plain timeout of 3.4 s. */
    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void aProcessThatIsKilledIsReplacedWhenItsNextAdvertisementIsMissing() {
        try (Pair pair = Pair.inSync()) {
            Download download = pair.download(DOWNLOAD);
            pair.a.kill();
            pair.b.awaitState("master", Duration.ofSeconds(2));
            assertThat(pair.b.carpd().log()).contains("peer fw-a closed its connection");
            pair.assertSurvived(download, Duration.ofMillis(2_500));
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = AS_THE_LAB)
    void theConnectionDiesWithoutPfsync() {
        try (Pair pair = Pair.of(settings -> settings.withPfsync(false))) {
            pair.start();
            pair.awaitPreferredRoles("off");
            Download download = pair.download(DOWNLOAD);
            pair.a.powerLoss();
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
            assertThat(download.join().complete())
                    .as("survived without the state")
                    .isFalse();
            pair.assertSurvived(pair.download(Duration.ofMillis(500)), Duration.ofSeconds(1));
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = AS_THE_LAB)
    void thePreferredNodeTakesItsAddressesBackOnlyAfterItsBulkUpdate() {
        try (Pair pair = Pair.of(UnaryOperator.identity())) {
            pair.start();
            pair.awaitPreferredRoles("in-sync");
            pair.a.powerLoss();
            pair.b.awaitState("master", Pair.ROLE_LIMIT);
            Download download = pair.download(Duration.ofSeconds(15));
            pair.a.powerOn();
            pair.a.start();
            pair.awaitPreferredRoles("in-sync");
            String log = pair.a.carpd().log();
            String secondLife = log.substring(log.lastIndexOf("demoted by 240 to 240"));
            assertThat(secondLife).contains("demoted by -240 to 0");
            assertThat(secondLife.indexOf("BACKUP -> MASTER"))
                    .as("preempts after the demotion fell:\n" + secondLife)
                    .isGreaterThan(secondLife.indexOf("demoted by -240 to 0"));
            assertThat(Pair.reason(pair.a.status(), "wan")).isEqualTo("preempting a slower master");
            pair.assertSurvived(download, Duration.ofSeconds(1));
        }
    }
}
