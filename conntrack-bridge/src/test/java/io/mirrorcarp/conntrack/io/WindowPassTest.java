// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.conntrack.StateMapping;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.netio.NetworkNamespace;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the kernel's windows before an address is taken: on a real connection through a real firewall. */
class WindowPassTest {
    private static final Path SETTING = Path.of("/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal");
    private static final int MARKED = TcpConntrack.FLAG_BE_LIBERAL | TcpConntrack.MARK_OWN;

    private FirewallPair firewalls;
    private TableParts parts;
    private Vertx vertx;
    private Context loop;
    private NetworkNamespace entered;
    private WindowPass pass;
    private boolean helpers;
    private boolean proxied;

    @BeforeEach
    void open() throws Exception {
        firewalls = new FirewallPair();
        parts = Namespaces.in(firewalls.first, TableParts::new);
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
        loop = vertx.getOrCreateContext();
        onLoop(() -> {
            entered = NetworkNamespace.enter(firewalls.first);
            pass = WindowPass.open(parts.importer, () -> helpers, () -> proxied);
            return null;
        });
    }

    @AfterEach
    void close() throws Exception {
        if (pass != null) {
            onLoop(() -> {
                pass.close();
                entered.close();
                return null;
            });
        }
        if (vertx != null) {
            vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        }
        if (parts != null) {
            parts.close();
        }
        if (firewalls != null) {
            firewalls.close();
        }
    }

    @Test
    void anOwnConnectionBecomesLiberalForgetsItsLastSegmentsAndIsNoCopy() throws Exception {
        try (TcpPair pair = TcpPair.toServer(firewalls, "192.0.2.2", 7000)) {
            assertThat(tcp().tcpFlagsOriginal & TcpConntrack.FLAG_BE_LIBERAL).isZero();
            assertThat(tcp().tcpFlagsOriginal & TcpConntrack.FLAG_MAXACK_SET).isNotZero();
            runToTheEnd();
            ConntrackEntry loosened = tcp();
            for (int flags : new int[] {loosened.tcpFlagsOriginal, loosened.tcpFlagsReply}) {
                assertThat(flags & MARKED).isEqualTo(MARKED);
                assertThat(flags & TcpConntrack.FLAGS_OF_LAST_SEGMENTS).isZero();
                assertThat(flags & TcpConntrack.FLAG_WINDOW_SCALE).isNotZero();
            }
            assertThat(loosened.protocolState).isEqualTo(TcpConntrack.ESTABLISHED);
            assertThat(parts.count(ConntrackCounter.LOOSENED)).isEqualTo(1);
            StateRecord record = new StateRecord();
            StateMapping.toRecord(loosened, record);
            assertThat(record.isLiberal()).as("taken for a copy of a peer's").isFalse();
            pair.exchange();
            assertThat(tcp().tcpFlagsOriginal & MARKED).as("after traffic").isEqualTo(MARKED);
        }
    }

    @Test
    void aCopyOfAPeersStaysOne() throws Exception {
        parts.importer.insert(Flows.tcpSnat(1000));
        parts.importer.flush();
        runToTheEnd();
        assertThat(tcp().tcpFlagsOriginal & MARKED).isEqualTo(TcpConntrack.FLAG_BE_LIBERAL);
        StateRecord record = new StateRecord();
        StateMapping.toRecord(tcp(), record);
        assertThat(record.isLiberal()).isTrue();
    }

    /** While entries are made liberal one by one, all are by the setting; the administrator's value is there again at the end. */
    @Test
    void theSettingStandsInUntilEachEntryHasTheFlag() throws Exception {
        assertThat(setting()).isEqualTo("0");
        String during = onLoop(() -> {
            pass.begin(loop);
            return setting();
        });
        assertThat(during).isEqualTo("1");
        awaitSetting("0");
        Namespaces.in(firewalls.first, () -> Files.writeString(SETTING, "1"));
        onLoop(() -> {
            pass.begin(loop);
            return null;
        });
        runToTheEnd();
        assertThat(setting()).isEqualTo("1");
    }

    /** The walk of the kernel over its table would keep a processor from the election. */
    @Test
    void nothingOfTheTableIsReadWhileAddressesAreTaken() throws Exception {
        onLoop(() -> {
            pass.close();
            pass = WindowPass.open(
                    parts.importer,
                    () -> helpers,
                    () -> false,
                    Duration.ofMinutes(1).toMillis());
            return null;
        });
        try (TcpPair pair = TcpPair.toServer(firewalls, "192.0.2.2", 7000)) {
            for (int taken = 0; taken < 5; taken++) {
                onLoop(() -> {
                    pass.begin(loop);
                    return null;
                });
                pair.exchange();
            }
            assertThat(parts.count(ConntrackCounter.LOOSENED)).isZero();
            assertThat(setting()).isEqualTo("1");
        }
    }

    @Test
    void whatTheAdministratorMakesOfTheSettingIsToldOnce() throws Exception {
        assertThat(lookAtSetting()).as("the first look").isNull();
        Namespaces.in(firewalls.first, () -> Files.writeString(SETTING, "1"));
        assertThat(lookAtSetting()).contains("was 0 and is 1 now").contains("not checked");
        assertThat(lookAtSetting()).isNull();
        runToTheEnd();
        assertThat(lookAtSetting()).as("after a pass of our own").isNull();
    }

    /** Else every connection whose other direction passes the other node would stand still from then on. */
    @Test
    void whileItIsNeededItComesBackAndTheNewValueHoldsAfterwards() throws Exception {
        Namespaces.in(firewalls.first, () -> Files.writeString(SETTING, "1"));
        onLoop(() -> {
            pass.keepLiberal(true, loop);
            return null;
        });
        Namespaces.in(firewalls.first, () -> Files.writeString(SETTING, "0"));
        assertThat(lookAtSetting()).contains("was set to 0 and is 1 again");
        assertThat(setting()).isEqualTo("1");
        assertThat(lookAtSetting()).isNull();
        onLoop(() -> {
            pass.keepLiberal(false, loop);
            return null;
        });
        awaitSetting("0");
    }

    private String lookAtSetting() throws Exception {
        return onLoop(pass::lookAtSetting);
    }

    /** Nothing stands in for the place in the stream that a helper remembers: its first command may come at once. */
    @Test
    void whereAFlowHasAHelperThePassDoesNotWait() throws Exception {
        helpers = true;
        try (TcpPair pair = TcpPair.toServer(firewalls, "192.0.2.2", 7000)) {
            boolean waits = onLoop(() -> {
                pass.begin(loop);
                return pass.isWaiting();
            });
            assertThat(waits).isFalse();
            awaitSetting("0");
            assertThat(parts.count(ConntrackCounter.LOOSENED)).isEqualTo(1);
            pair.exchange();
        }
    }

    /** The first timer of a node has the number 0, which is no sign of none. */
    @Test
    void theTimersOfOthersGoOn() throws Exception {
        AtomicInteger fired = new AtomicInteger();
        onLoop(() -> vertx.setPeriodic(5, id -> fired.incrementAndGet()));
        runToTheEnd();
        int before = fired.get();
        Awaitility.await("the other timer").atMost(Duration.ofSeconds(5)).until(() -> fired.get() > before);
    }

    @Test
    void aPassThatBeginsAgainMidwayComesToItsEnd() throws Exception {
        for (int port = 1; port < 3000; port++) {
            parts.importer.insert(Flows.tcp(port));
        }
        parts.importer.flush();
        try (TcpPair pair = TcpPair.toServer(firewalls, "192.0.2.2", 7000)) {
            onLoop(() -> {
                pass.begin(loop);
                return null;
            });
            Awaitility.await("the first pass reads the table")
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> parts.count(ConntrackCounter.LOOSENED) == 1 || !pass.isRunning());
            onLoop(() -> {
                pass.begin(loop);
                return null;
            });
            awaitSetting("0");
            assertThat(parts.count(ConntrackCounter.LOOSENED)).isEqualTo(1);
            pair.exchange();
        }
    }

    private void runToTheEnd() throws Exception {
        String before = setting();
        onLoop(() -> {
            pass.begin(loop);
            return null;
        });
        Awaitility.await("end of the pass").atMost(Duration.ofSeconds(5)).until(() -> onLoop(() -> !pass.isRunning()));
        assertThat(setting()).isEqualTo(before);
    }

    private void awaitSetting(String value) {
        Awaitility.await("setting")
                .atMost(Duration.ofSeconds(5))
                .until(() -> setting().equals(value));
    }

    private String setting() throws Exception {
        return Namespaces.in(firewalls.first, () -> Files.readString(SETTING).strip());
    }

    /** The TCP entry with all its flags, which a record does not have. */
    private ConntrackEntry tcp() throws Exception {
        ConntrackEntry entry = Namespaces.in(firewalls.first, parts::dumpAll).stream()
                .filter(each -> each.hasProtocolState)
                .findFirst()
                .orElseThrow();
        assertThat(parts.lookup.complete(entry)).isTrue();
        return entry;
    }

    private <T> T onLoop(Callable<T> call) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.runOnContext(nothing -> {
            try {
                done.complete(call.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(10, TimeUnit.SECONDS);
    }
}
