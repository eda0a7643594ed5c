// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import static io.mirrorcarp.carp.TestNode.host;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.address.MacAddress;
import io.mirrorcarp.carp.election.CarpSettings;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.election.Nudge;
import io.mirrorcarp.carp.election.TakeoverSettings;
import io.mirrorcarp.carp.election.TransitionReason;
import io.mirrorcarp.carp.io.CarpdevStatus;
import io.mirrorcarp.carp.io.MacMode;
import io.mirrorcarp.carp.io.MemoryCarpNetwork;
import io.mirrorcarp.carp.packet.AdvertisementParser;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.CarpCounter;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.mirrorcarp.netio.Errno;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes in memory: wan0 and lan0 of each are ports on the segments wan and lan. */
class CarpVerticleTest {
    private static final int ENETDOWN = 100;
    private static final String WAN = "203.0.113.1/24";
    private static final String LAN = "192.0.2.1/24";
    private static final int PREFERRED = 10;
    private static final int SPARE = 20;

    private final Vertx vertx = Vertx.vertx();
    private final MemoryCarpNetwork.Segment wan = new MemoryCarpNetwork.Segment();
    private final MemoryCarpNetwork.Segment lan = new MemoryCarpNetwork.Segment();
    private final MemoryCarpNetwork networkA = new MemoryCarpNetwork(Map.of("wan0", wan, "lan0", lan));
    private final MemoryCarpNetwork networkB = new MemoryCarpNetwork(Map.of("wan0", wan, "lan0", lan));
    private final TestNode a = new TestNode(vertx, networkA);
    private final TestNode b = new TestNode(vertx, networkB);

    @AfterEach
    void close() throws Exception {
        a.close();
        b.close();
        TestNode.get(vertx.close());
        assertThat(a.failures).isEmpty();
        assertThat(b.failures).isEmpty();
    }

    private static VirtualHost wanHost(int advskew) {
        return host("wan", 1, "wan0", advskew, WAN);
    }

    private static VirtualHost lanHost(int advskew) {
        return host("lan", 2, "lan0", advskew, LAN);
    }

    private static void eventually(org.awaitility.core.ThrowingRunnable assertion) {
        await().pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(assertion);
    }

    /** What a frame is: {@code advbase/advskew}, {@code arp 1}, {@code arp 2} or {@code other}. */
    private static String kind(byte[] frame) {
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        if (buffer.getShort(12) == 0x0806) {
            return "arp " + buffer.getShort(20);
        }
        return AdvertisementParser.ofEverything().parse(buffer) instanceof ReceivedAdvertisement received
                        && received.advertisement() instanceof CarpAdvertisement said
                ? said.advbase() + "/" + said.advskew()
                : "other";
    }

    private static List<String> kinds(MemoryCarpNetwork.Segment segment) {
        return segment.frames().stream().map(CarpVerticleTest::kind).toList();
    }

    @Test
    void aLoneNodeBecomesMasterAdvertisesFirstAndAnnouncesWhenTheAddressIsThere() throws Exception {
        a.start(wanHost(PREFERRED)).awaitState("wan", CarpState.MASTER);
        eventually(() -> assertThat(kinds(wan)).contains("arp 2"));
        List<String> kinds = kinds(wan);
        assertThat(kinds.get(0)).isEqualTo("0/10");
        assertThat(kinds.indexOf("arp 1")).isLessThan(kinds.indexOf("arp 2"));
        assertThat(kinds.indexOf("arp 1"))
                .as("with the taking, not with the repetition a second later, 25 advertisements on")
                .isLessThan(20);
        assertThat(networkA.holds("wan0", 1)).isTrue();
        assertThat(networkA.log()).containsExactly("recover", "prepare wan0", "rehearse 1@wan0", "take 1@wan0");
        assertThat(a.events)
                .contains(
                        "VHID 1@wan0: INIT -> BACKUP (initialization complete)",
                        "VHID 1@wan0: BACKUP -> MASTER (master timed out)");
        assertThat(a.counter(CarpCounter.PACKETS_SENT)).isPositive();
        assertThat(a.counter(CarpCounter.PREEMPTED)).isEqualTo(1);
    }

    @Test
    void theSpareStaysBackupAndTakesOverAtOnceWhenTheMasterStops() throws Exception {
        a.start(wanHost(PREFERRED)).awaitState("wan", CarpState.MASTER);
        b.start(wanHost(SPARE));
        eventually(() -> assertThat(b.counter(CarpCounter.PACKETS_RECEIVED)).isGreaterThan(5));
        assertThat(b.state("wan")).isEqualTo(CarpState.BACKUP);
        assertThat(networkB.log()).doesNotContain("take 1@wan0");
        a.stop();
        assertThat(kinds(wan).stream().filter("255/255"::equals).count())
                .as("said again only while no successor is heard")
                .isEqualTo(1);
        assertThat(networkA.log()).endsWith("take 1@wan0", "release 1@wan0", "restore");
        b.awaitState("wan", CarpState.MASTER);
        assertThat(b.changes)
                .last()
                .satisfies(change -> assertThat(change.reason()).isEqualTo(TransitionReason.PREEMPTING_SLOWER_MASTER));
        assertThat(b.snapshot().virtualHost("wan").orElseThrow().peers()).hasSize(1);
    }

    @Test
    void withOneLinkLostBothVirtualHostsMoveAndComeBackTogether() throws Exception {
        a.start(wanHost(PREFERRED), lanHost(PREFERRED));
        a.awaitState("wan", CarpState.MASTER).awaitState("lan", CarpState.MASTER);
        b.start(wanHost(SPARE), lanHost(SPARE));
        eventually(() -> assertThat(b.counter(CarpCounter.PACKETS_RECEIVED)).isGreaterThan(5));
        networkA.setLink("wan0", false);
        b.awaitState("wan", CarpState.MASTER).awaitState("lan", CarpState.MASTER);
        a.awaitState("wan", CarpState.INIT).awaitState("lan", CarpState.BACKUP);
        a.awaitEvent("demoted by 240 to 240 (interface down)");
        eventually(() -> assertThat(networkA.holds("lan0", 2)).isFalse());
        assertThat(a.snapshot().suppressPreempt()).isEqualTo(1);
        assertThat(a.snapshot().demotionSources())
                .extracting(DemotionSource::name, DemotionSource::subject)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("link", "wan0"));
        networkA.setLink("wan0", true);
        a.awaitState("wan", CarpState.MASTER).awaitState("lan", CarpState.MASTER);
        a.awaitEvent("demoted by -240 to 0 (interface up)");
        b.awaitState("wan", CarpState.BACKUP).awaitState("lan", CarpState.BACKUP);
    }

    @Test
    void sendErrorsDemoteAndAreForgottenWhenAProbeSucceeds() throws Exception {
        a.start(wanHost(PREFERRED)).awaitState("wan", CarpState.MASTER);
        networkA.setSendErrno(Errno.ENOBUFS);
        a.awaitEvent("demoted by 240 to 240 (send error ENOBUFS (no buffer space available) on wan0)");
        assertThat(a.counter(CarpCounter.SEND_ERRORS)).isGreaterThanOrEqualTo(3);
        b.start(wanHost(SPARE));
        b.awaitState("wan", CarpState.MASTER);
        a.awaitState("wan", CarpState.BACKUP);
        networkA.setSendErrno(0);
        a.awaitEvent("demoted by -240 to 0 (send ok on wan0)");
        assertThat(kinds(wan)).contains("other");
        a.awaitState("wan", CarpState.MASTER);
    }

    @Test
    void beforeATakeoverTheStatesAreWaitedFor() throws Exception {
        Promise<Void> states = Promise.promise();
        AtomicInteger asked = new AtomicInteger();
        TakeoverSettings barrier = TakeoverSettings.AT_ONCE.withBarrier(TimeUnit.SECONDS.toNanos(60));
        a.statesReady(() -> {
            asked.incrementAndGet();
            return states.future();
        });
        a.start(host("wan", "wan0", CarpSettings.of(1, 0, PREFERRED).withTakeover(barrier), WAN));
        eventually(() -> assertThat(asked.get()).isEqualTo(1));
        VirtualHostStatus waiting = a.snapshot().virtualHost("wan").orElseThrow();
        assertThat(waiting.state()).isEqualTo(CarpState.BACKUP);
        assertThat(waiting.takeoverPending()).isTrue();
        assertThat(wan.frames()).isEmpty();
        states.complete();
        a.awaitState("wan", CarpState.MASTER);
        assertThat(asked.get()).isEqualTo(1);
    }

    @Test
    void whereTheStatesFailTheLimitDecides() throws Exception {
        TakeoverSettings barrier = TakeoverSettings.AT_ONCE.withBarrier(TimeUnit.MILLISECONDS.toNanos(200));
        a.statesReady(() -> io.vertx.core.Future.failedFuture("no answer"));
        a.start(host("wan", "wan0", CarpSettings.of(1, 0, PREFERRED).withTakeover(barrier), WAN));
        a.awaitState("wan", CarpState.MASTER);
        assertThat(a.events).contains("VHID 1@wan0: states before takeover: no answer");
    }

    @Test
    void aNodeThatCannotTakeItsAddressesIsDemotedSaysNothingAndIsBackUntilARehearsalSucceeds() throws Exception {
        VirtualHost slow = host("wan", "wan0", CarpSettings.of(1, 0, 100), WAN);
        a.start(slow);
        eventually(() -> assertThat(networkA.log()).contains("rehearse 1@wan0"));
        networkA.setTakeFails(true);
        a.awaitEvent("VHID 1@wan0: take addresses: take refused");
        a.awaitEvent("VHID 1@wan0: MASTER -> BACKUP (addresses cannot be taken)");
        a.awaitEvent("VHID 1@wan0: a takeover would fail: take refused");
        assertThat(a.snapshot().demotion()).isEqualTo(240);
        assertThat(a.snapshot().demotionSources())
                .extracting(DemotionSource::name)
                .containsExactly("addresses");
        assertThat(a.state("wan")).isEqualTo(CarpState.BACKUP);
        assertThat(kinds(wan)).isEmpty();
        networkA.setTakeFails(false);
        a.awaitState("wan", CarpState.MASTER);
        eventually(() -> assertThat(kinds(wan)).contains("arp 1", "0/100"));
        assertThat(a.snapshot().demotion()).isZero();
        assertThat(a.events).contains("demoted by -240 to 0 (a takeover is possible again)");
    }

    @Test
    void aTakeoverThatWouldFailDemotesBeforeItHasToSucceed() throws Exception {
        // Patience of 1.2 and of 0.6 s: a machine that stands still for less changes no role.
        a.start(wanHost(100)).awaitState("wan", CarpState.MASTER);
        networkB.setTakeFails(true);
        b.start(wanHost(50)).awaitState("wan", CarpState.BACKUP);
        b.awaitEvent("VHID 1@wan0: a takeover would fail: take refused");
        assertThat(b.snapshot().demotion()).isEqualTo(240);
        assertThat(b.events).noneMatch(event -> event.contains("-> MASTER"));
        networkB.setTakeFails(false);
        b.awaitState("wan", CarpState.MASTER);
        assertThat(b.events).filteredOn(event -> event.contains("-> MASTER")).hasSize(1);
    }

    @Test
    void oneTakeoverIsRehearsedOnEachCarpdevAndNoneForTheMacOfTheInterface() throws Exception {
        VirtualHost second = host("wan2", 3, "wan0", PREFERRED, "198.51.100.1/24");
        Attachment onTheInterface = lanHost(PREFERRED).attachment().withMac(MacMode.INTERFACE);
        a.start(wanHost(PREFERRED), second, lanHost(PREFERRED).withAttachment(onTheInterface))
                .awaitState("lan", CarpState.MASTER);
        assertThat(networkA.log())
                .filteredOn(call -> call.startsWith("rehearse"))
                .containsExactly("rehearse 1@wan0");
    }

    @Test
    void aNodeThatTookAddressesRehearsesNothingMore() throws Exception {
        a.start(wanHost(PREFERRED)).awaitState("wan", CarpState.MASTER);
        networkA.change(new CarpdevStatus("wan0", 77, true, new MacAddress(0x0200_0000_0077L), List.of()));
        eventually(() ->
                assertThat(networkA.log()).filteredOn("prepare wan0"::equals).hasSize(2));
        a.awaitState("wan", CarpState.MASTER);
        a.close();
        assertThat(networkA.log()).filteredOn("rehearse 1@wan0"::equals).hasSize(1);
        assertThat(networkA.log()).endsWith("restore");
    }

    @Test
    void packetsThatDeserveItAreCountedAsDiscarded() throws Exception {
        a.start(wanHost(PREFERRED)).awaitState("wan", CarpState.MASTER);
        eventually(() -> assertThat(wan.frames()).isNotEmpty());
        byte[] own = wan.frames().get(0);
        byte[] wrongTtl = own.clone();
        wrongTtl[14 + 8] = (byte) 254;
        byte[] wrongDigest = own.clone();
        wrongDigest[14 + 20 + 35] ^= 1;
        wrongDigest[14 + 20 + 34] ^= 1;
        wan.inject(own);
        wan.inject(wrongTtl);
        wan.inject(wrongDigest);
        eventually(() -> {
            assertThat(a.counter(CarpCounter.PACKETS_RECEIVED)).isEqualTo(3);
            assertThat(a.counter(CarpCounter.REPLAYED)).isEqualTo(1);
            assertThat(a.counter(CarpCounter.BAD_TTL)).isEqualTo(1);
        });
        assertThat(a.counter(CarpCounter.BAD_SUM) + a.counter(CarpCounter.BAD_AUTH))
                .isEqualTo(1);
        assertThat(a.state("wan")).isEqualTo(CarpState.MASTER);
    }

    @Test
    void aNodeWithAnotherPassphraseIsNeverHeard() throws Exception {
        a.start(wanHost(PREFERRED)).awaitState("wan", CarpState.MASTER);
        VirtualHost right = wanHost(SPARE);
        VirtualHost wrong = new VirtualHost(
                right.name(),
                right.carpdev(),
                right.settings(),
                io.mirrorcarp.carp.auth.AuthSettings.of(1, io.mirrorcarp.carp.auth.CarpKey.ofPassphrase("other")),
                "",
                right.addresses());
        b.start(wrong).awaitState("wan", CarpState.MASTER);
        eventually(() -> assertThat(b.counter(CarpCounter.BAD_AUTH)).isPositive());
        assertThat(b.snapshot().virtualHost("wan").orElseThrow().peers()).isEmpty();
    }

    @Test
    void aVirtualHostIsNudgedByHand() throws Exception {
        a.start(wanHost(PREFERRED)).awaitState("wan", CarpState.MASTER);
        assertThat(TestNode.get(a.verticle().nudge("wan", Nudge.DOWN))).isEqualTo(CarpState.INIT);
        eventually(() -> assertThat(networkA.holds("wan0", 1)).isFalse());
        assertThat(TestNode.get(a.verticle().nudge("wan", Nudge.UP))).isEqualTo(CarpState.BACKUP);
        assertThat(TestNode.get(a.verticle().nudge("wan", Nudge.MASTER))).isEqualTo(CarpState.MASTER);
        assertThat(TestNode.get(a.verticle().nudge("wan", Nudge.BACKUP))).isEqualTo(CarpState.BACKUP);
        assertThatThrownBy(() -> TestNode.get(a.verticle().nudge("dmz", Nudge.DOWN)))
                .hasMessageContaining("no virtual host dmz");
    }

    @Test
    void demotionByHandIsAdvertisedAtOnceAndSumsUp() throws Exception {
        a.start(wanHost(PREFERRED)).awaitState("wan", CarpState.MASTER);
        eventually(() -> assertThat(kinds(wan)).contains("0/10"));
        TestNode.get(a.verticle().addDemotion(50, "sysctl"));
        TestNode.get(a.verticle()
                .raiseDemotion(DemotionSource.of("track:uplink", "", 100, "uplink0 down", System.nanoTime())));
        assertThat(a.snapshot().demotion()).isEqualTo(150);
        assertThat(kinds(wan)).contains("0/60", "0/160");
        assertThat(a.events).contains("demoted by 50 to 50 (sysctl)", "demoted by 100 to 150 (uplink0 down)");
        TestNode.get(a.verticle().clearDemotion("track:uplink", "", "uplink0 up"));
        assertThat(a.snapshot().demotion()).isEqualTo(50);
    }

    @Test
    void initialDemotionIsThereBeforeTheFirstAdvertisement() throws Exception {
        DemotionSource bulk = DemotionSource.of(DemotionSource.PFSYNC_BULK, "", 240, "pfsync bulk start", 0);
        a.start(new CarpOptions(true, 1, 240, 240, List.of(bulk)), wanHost(PREFERRED))
                .awaitState("wan", CarpState.MASTER);
        eventually(() -> assertThat(kinds(wan)).contains("0/240"));
        assertThat(kinds(wan)).doesNotContain("0/10");
        assertThat(a.snapshot().suppressPreempt()).isEqualTo(1);
    }

    @Test
    void withAllowOffNothingIsSentOrHeard() throws Exception {
        a.start(new CarpOptions(false, 1, 240, 240, List.of()), wanHost(PREFERRED));
        assertThat(a.state("wan")).isEqualTo(CarpState.INIT);
        assertThat(a.snapshot().suppressPreempt()).isEqualTo(1);
        TestNode.get(a.verticle().setAllow(true));
        a.awaitState("wan", CarpState.MASTER);
        eventually(() -> assertThat(wan.frames()).isNotEmpty());
        assertThat(a.events)
                .contains(
                        "demoted by 240 to 240 (net.inet.carp.allow is 0)",
                        "demoted by -240 to 0 (net.inet.carp.allow is 1)");
        TestNode.get(a.verticle().setAllow(false));
        assertThat(a.state("wan")).isEqualTo(CarpState.INIT);
        int sent = wan.frames().size();
        wan.inject(wan.frames().get(0));
        eventually(() -> assertThat(a.counter(CarpCounter.PACKETS_RECEIVED)).isEqualTo(1));
        assertThat(a.counter(CarpCounter.REPLAYED)).as("nobody looked further").isZero();
        assertThat(wan.frames().subList(sent, wan.frames().size()))
                .filteredOn(frame -> !kind(frame).equals("255/255"))
                .hasSize(1);
    }

    /** 240 for the node would have moved both; the group moves alone. */
    @Test
    void aFaultOfAGroupsDeviceMovesTheGroupAlone() throws Exception {
        VirtualHost[] preferred = {inGroup(wanHost(PREFERRED), "outside"), inGroup(lanHost(PREFERRED), "inside")};
        VirtualHost[] spare = {inGroup(wanHost(SPARE), "outside"), inGroup(lanHost(SPARE), "inside")};
        a.start(preferred).awaitState("wan", CarpState.MASTER).awaitState("lan", CarpState.MASTER);
        b.start(spare);
        eventually(() -> assertThat(b.counter(CarpCounter.PACKETS_RECEIVED)).isGreaterThan(5));
        networkA.setLink("wan0", false);
        b.awaitState("wan", CarpState.MASTER);
        a.awaitEvent("demoted group outside by 240 to 240 (interface down)");
        assertThat(a.snapshot().demotion()).as("of the node").isZero();
        assertThat(a.state("lan")).isEqualTo(CarpState.MASTER);
        assertThat(a.snapshot().virtualHost("lan").orElseThrow().advertised().demote())
                .isZero();
        TestNode.get(a.verticle()
                .raiseDemotion(DemotionSource.of(DemotionSource.ADMIN, "", 240, "by hand", System.nanoTime())
                        .inGroup("inside")));
        b.awaitState("lan", CarpState.MASTER);
        TestNode.get(a.verticle().clearDemotion(DemotionSource.ADMIN, "", "inside", "reset"));
        a.awaitState("lan", CarpState.MASTER);
        networkA.setLink("wan0", true);
        a.awaitState("wan", CarpState.MASTER);
    }

    private static VirtualHost inGroup(VirtualHost host, String group) {
        return new VirtualHost(host.name(), host.carpdev(), host.settings(), host.auth(), group, host.addresses());
    }

    @Test
    void aVirtualHostThatIsTakenDownForAWhileComesUpByItself() throws Exception {
        a.start(wanHost(PREFERRED)).awaitState("wan", CarpState.MASTER);
        long laterNanos = System.nanoTime() + TimeUnit.HOURS.toNanos(1);
        assertThat(TestNode.get(a.verticle().nudge("wan", Nudge.DOWN, false, laterNanos)))
                .isEqualTo(CarpState.INIT);
        assertThat(a.snapshot().virtualHost("wan").orElseThrow().upAtNanos()).isEqualTo(laterNanos);
        long upAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(300);
        TestNode.get(a.verticle().nudge("wan", Nudge.DOWN, false, upAtNanos));
        a.awaitState("wan", CarpState.MASTER);
        assertThat(System.nanoTime()).isGreaterThanOrEqualTo(upAtNanos);
        assertThat(a.snapshot().virtualHost("wan").orElseThrow().upAtNanos())
                .isEqualTo(io.mirrorcarp.carp.election.CarpInstance.NEVER);
    }

    @Test
    void aReplacedCarpdevIsOpenedAgain() throws Exception {
        a.start(wanHost(PREFERRED)).awaitState("wan", CarpState.MASTER);
        networkA.change(CarpdevStatus.absent("wan0"));
        a.awaitState("wan", CarpState.INIT);
        networkA.change(new CarpdevStatus("wan0", 77, true, new MacAddress(0x020000000077L), List.of()));
        a.awaitState("wan", CarpState.MASTER);
        assertThat(networkA.log().stream().filter("prepare wan0"::equals).count())
                .isEqualTo(2);
        assertThat(a.snapshot().demotion()).isZero();
    }

    @Test
    void aCarpdevThatDoesNotExistIsALinkThatIsDown() throws Exception {
        networkA.change(CarpdevStatus.absent("wan0"));
        a.start(wanHost(PREFERRED));
        assertThat(a.state("wan")).isEqualTo(CarpState.INIT);
        assertThat(a.snapshot().demotion()).isEqualTo(240);
        a.awaitEvent("carpdev wan0 does not exist");
        networkA.change(new CarpdevStatus("wan0", 77, true, new MacAddress(0x020000000077L), List.of()));
        a.awaitState("wan", CarpState.MASTER);
        assertThat(a.snapshot().demotion()).isZero();
    }

    @Test
    void anAddressThatIsTakenAwayAgainAndAgainIsPutBackOnceASecondAtMost() throws Exception {
        a.start(wanHost(PREFERRED)).awaitState("wan", CarpState.MASTER);
        eventually(() -> assertThat(networkA.holds("wan0", 1)).isTrue());
        long startNanos = System.nanoTime();
        eventually(() -> {
            networkA.loseAddress("wan0", 1, TestNode.address("203.0.113.1"));
            assertThat(a.counter(CarpCounter.ADDRESSES_PUT_BACK)).isEqualTo(2);
        });
        assertThat(networkA.log().stream().filter("take 1@wan0"::equals).count())
                .isLessThanOrEqualTo(2 + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos));
    }

    /** Else the rendering of a status, for one, would keep advertisements waiting. */
    @Test
    void anAnswerComesBackOnTheEventLoopThatAsked() throws Exception {
        a.start(wanHost(PREFERRED));
        io.vertx.core.Context asking = vertx.getOrCreateContext();
        Promise<io.vertx.core.Context> answered = Promise.promise();
        asking.runOnContext(
                nothing -> a.verticle().snapshot().onComplete(snapshot -> answered.complete(Vertx.currentContext())));
        assertThat(TestNode.get(answered.future())).isSameAs(asking);
    }

    @Test
    void aFaultOfTheElectionIsReported() throws Exception {
        RuntimeException broken = new IllegalStateException("broken");
        a.statesReady(() -> {
            throw broken;
        });
        TakeoverSettings barrier = TakeoverSettings.AT_ONCE.withBarrier(TimeUnit.SECONDS.toNanos(60));
        a.start(host("wan", "wan0", CarpSettings.of(1, 0, PREFERRED).withTakeover(barrier), WAN));
        eventually(() -> assertThat(a.failures).containsExactly(broken));
        a.failures.clear();
    }

    @Test
    void aMasterThatLosesItsLinkResignsAndThePeerTakesOverAtOnce() throws Exception {
        a.start(host("wan", "wan0", CarpSettings.of(1, 1, 0), WAN));
        TestNode.get(a.verticle().nudge("wan", Nudge.MASTER));
        a.awaitState("wan", CarpState.MASTER);
        b.start(host("extern", "wan0", CarpSettings.of(1, 60, 100), WAN));
        networkA.setLink("wan0", false);
        eventually(() -> assertThat(a.resignations).hasSize(1));
        TestNode.get(b.verticle()
                .peerResigned(new Resignation(1, a.resignations.get(0).addresses() + 1)));
        TestNode.get(b.verticle()
                .peerResigned(new Resignation(2, a.resignations.get(0).addresses())));
        assertThat(b.state("extern")).isEqualTo(CarpState.BACKUP);
        TestNode.get(b.verticle().peerResigned(a.resignations.get(0)));
        b.awaitState("extern", CarpState.MASTER);
        assertThat(b.changes.get(b.changes.size() - 1).reason()).isEqualTo(TransitionReason.MASTER_RESIGNED);
    }

    /** One that is demoted would wait 1.2 s longer than the master-down time of 0.12 s. */
    @Test
    void aLinkThatIsBackEndsTheDemotionBeforeTheWaitForAMasterBegins() throws Exception {
        a.start(wanHost(PREFERRED)).awaitState("wan", CarpState.MASTER);
        networkA.setLink("wan0", false);
        a.awaitState("wan", CarpState.INIT);
        long upNanos = System.nanoTime();
        networkA.setLink("wan0", true);
        a.awaitState("wan", CarpState.MASTER);
        assertThat(Duration.ofNanos(System.nanoTime() - upNanos)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void soDoesAllow() throws Exception {
        a.start(wanHost(PREFERRED)).awaitState("wan", CarpState.MASTER);
        TestNode.get(a.verticle().setAllow(false));
        a.awaitState("wan", CarpState.INIT);
        long allowedNanos = System.nanoTime();
        TestNode.get(a.verticle().setAllow(true));
        a.awaitState("wan", CarpState.MASTER);
        assertThat(Duration.ofNanos(System.nanoTime() - allowedNanos)).isLessThan(Duration.ofSeconds(1));
    }

    /** The slow one would wait for 3.4 s after what it heard last, which is less than a second ago. */
    @Test
    void whenTheMasterOfOneTimesOutTheOthersWaitForTheNextAdvertisementOnly() throws Exception {
        a.start(wanHost(PREFERRED), host("lan", "lan0", CarpSettings.of(2, 1, 0), LAN));
        TestNode.get(a.verticle().nudge("lan", Nudge.MASTER));
        a.awaitState("wan", CarpState.MASTER).awaitState("lan", CarpState.MASTER);
        b.start(wanHost(SPARE), host("lan", "lan0", CarpSettings.of(2, 1, 100), LAN));
        eventually(
                () -> assertThat(b.snapshot().virtualHost("lan").orElseThrow().peers())
                        .hasSize(1));
        long silentNanos = System.nanoTime();
        networkA.setSendErrno(ENETDOWN);
        b.awaitState("wan", CarpState.MASTER).awaitState("lan", CarpState.MASTER);
        assertThat(Duration.ofNanos(System.nanoTime() - silentNanos)).isLessThan(Duration.ofMillis(2_200));
    }

    @Test
    void aMasterThatStopsResignsAndABackupDoesNot() throws Exception {
        a.start(wanHost(PREFERRED)).awaitState("wan", CarpState.MASTER);
        b.start(wanHost(SPARE)).awaitState("wan", CarpState.BACKUP);
        b.stop();
        a.stop();
        assertThat(a.resignations).hasSize(1);
        assertThat(b.resignations).isEmpty();
    }
}
