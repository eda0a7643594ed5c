// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.lab.firewall.Firewall;
import io.mirrorcarp.lab.firewall.Statuses;
import io.mirrorcarp.lab.firewall.Topology;
import io.mirrorcarp.lab.traffic.Download;
import io.mirrorcarp.lab.traffic.FlowLoad;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What an administrator deletes from the kernel's table. The topology is drawn at {@link Pair}. */
class DeletionIT {
    private static final int FLOWS = 17;
    private static final Duration DELETION_LIMIT = Duration.ofSeconds(1);
    /** A sweep, a repair or a bulk update would have brought it back by then. */
    private static final Duration FOR_GOOD = Duration.ofSeconds(6);

    private Pair pair;
    private FlowLoad load;

    @BeforeEach
    void start() throws Exception {
        pair = Pair.inSync();
        load = SyncChaosIT.load(pair);
    }

    @AfterEach
    void stop() {
        load.close();
        pair.close();
    }

    private void openFlows() {
        load.open(FLOWS, 0);
        Awaitility.await("flows").atMost(Duration.ofSeconds(10)).until(() -> load.opened() >= FLOWS);
        load.open(0, 0);
        Awaitility.await("the same flows on both")
                .atMost(Duration.ofSeconds(10))
                .until(() -> flows(pair.a) >= FLOWS && flows(pair.a) == flows(pair.b));
    }

    private static int flows(Firewall firewall) {
        return KernelTable.of(firewall.host()).size();
    }

    private static void conntrack(Firewall firewall, String... words) {
        String[] command = new String[words.length + 1];
        command[0] = "conntrack";
        System.arraycopy(words, 0, command, 1, words.length);
        firewall.host().run(command).orThrow();
    }

    private void assertGoneForGood() {
        Awaitility.await("gone from both" + pair.logsOf())
                .atMost(DELETION_LIMIT)
                .until(() -> flows(pair.a) == 0 && flows(pair.b) == 0);
        Awaitility.await("gone for good" + pair.logsOf())
                .during(FOR_GOOD)
                .atMost(FOR_GOOD.plusSeconds(2))
                .until(() -> flows(pair.a) == 0 && flows(pair.b) == 0);
    }

    @Test
    void aFilterThatNamesEveryFlowEndsThemOnBothNodes() {
        openFlows();
        conntrack(pair.a, "-D", "-s", Topology.CLIENT);
        assertGoneForGood();
    }

    @Test
    void aFlushOfTheMasterEndsNothing() {
        openFlows();
        int before = flows(pair.a);
        conntrack(pair.a, "-F");
        Awaitility.await("given back" + pair.logsOf())
                .atMost(Duration.ofSeconds(5))
                .until(() -> flows(pair.a) == before && flows(pair.b) == before);
    }

    /** What an administrator puts in the place of a copy on the backup gives way: the master's connection, which is in use, lives. */
    @Test
    void anEntryMadeByHandOnTheBackupReplacesNoLivingFlow() {
        Download download = pair.download(Duration.ofSeconds(5));
        Awaitility.await("the copy")
                .atMost(Duration.ofSeconds(5))
                .until(() -> flows(pair.a) == 1 && flows(pair.b) == 1);
        String right = KernelTable.of(pair.a.host()).flows().iterator().next();
        conntrack(pair.b, "-D", "-s", Topology.CLIENT);
        insertOtherwise(pair.b, right.replaceFirst(".*?sport=(\\d+).*", "$1"));
        Awaitility.await("the copy is right again" + pair.logsOf())
                .atMost(Duration.ofSeconds(5))
                .until(() -> KernelTable.of(pair.b.host()).has(right));
        assertThat(KernelTable.of(pair.a.host()).has(right)).isTrue();
        pair.assertSurvived(download, Duration.ofSeconds(1));
    }

    /** An established entry of the same original tuple, with another translated port. */
    private void insertOtherwise(Firewall firewall, String port) {
        String server = String.valueOf(pair.server.address().getPort());
        conntrack(
                firewall,
                "-I",
                "-p",
                "tcp",
                "-s",
                Topology.CLIENT,
                "-d",
                Topology.SERVER,
                "--sport",
                port,
                "--dport",
                server,
                "--src-nat",
                Topology.VIRTUAL_WAN + ":61000",
                "--state",
                "ESTABLISHED",
                "-u",
                "ASSURED,SEEN_REPLY",
                "-t",
                "300");
    }

    @EnabledIfSystemProperty(named = "load", matches = "true", disabledReason = "takes long: bin/test --load")
    @Test
    void flowsThatThePeerOpenedAreGoneForGoodAfterTheWayBack() {
        pair.a.carpctl("maintenance", "on").orThrow();
        pair.b.await("MASTER", Statuses.every("master"), Pair.ROLE_LIMIT);
        openFlows();
        pair.a.carpctl("maintenance", "off").orThrow();
        pair.awaitPreferredRoles("in-sync");
        assertThat(flows(pair.a)).isGreaterThanOrEqualTo(FLOWS);
        conntrack(pair.a, "-D", "-s", Topology.CLIENT);
        assertGoneForGood();
    }
}
