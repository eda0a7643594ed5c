// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirrorcarp.daemon.control.Status.Pfsync;
import io.mirrorcarp.daemon.control.Status.PfsyncState;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people and programs read, to the letter. */
class RenderingTest {
    @Test
    void theJsonOfAStatusIsThatOfTheInterface() {
        String expected = """
                {"schema": 1, "node": "fw-a", "hostId": "6f1c2a90", "uptimeSeconds": 41.2,
                 "failoverReady": false, "failoverBlockedBy": ["pfsync bulk 63 %"],
                 "demotion": 240, "suppressPreempt": 1, "maintenance": false,
                 "demotionSources": [{"source": "pfsync-bulk", "subject": "", "group": "", "value": 240, "sinceSeconds": 41.0,
                    "reason": "bulk update 63 %", "expiresInSeconds": 19.0}],
                 "vhids": [{"name": "wan", "vhid": 1, "carpdev": "wan0", "state": "backup", "protocol": "carp", "advbase": 1, "advskew": 0,
                    "group": "outside", "advertisedAdvskew": 240, "advertisedDemote": 240, "auth": "compatible", "forgeries": 0, "addresses": ["203.0.113.1/24"], "sinceSeconds": 40.9,
                    "reason": "initialization complete", "upInSeconds": null, "heldOffSeconds": null, "transitions": 1,
                    "peers": [{"address": "203.0.113.3", "advskew": 100, "lastSeenSeconds": 0.3}]}],
                 "pfsync": {"state": "bulk", "syncdev": "sync0",
                    "paths": [{"device": "sync0", "up": true, "inUse": true, "fault": ""}],
                    "peers": [{"node": "fw-b", "hostId": "91ab33c0", "address": "192.0.2.2", "state": "bulk",
                       "lastSeenSeconds": 0.2, "lagMillis": 4.0, "idle": false, "entries": 49100, "digestMatches": false,
                       "masterOf": ["wan"], "ready": true, "notReadyBecause": [], "version": "0.2.0", "pathMtu": 1500,
                       "frameVersion": 2,
                       "configDifferences": 0}],
                    "bulk": {"running": true, "received": 31020, "expected": 49100}, "degraded": null, "faults": []},
                 "conntrack": {"entries": 31040, "limit": 262144, "dying": 0,
                               "uncarried": [{"kind": "GRE", "flows": 1}], "offloaded": 2},
                  "findings": []}
                """;
        assertThat(new JsonObject(JsonText.status(FakeDaemon.inTrouble()))).isEqualTo(new JsonObject(expected));
    }

    @Test
    void aStatusOfANodeThatIsWellFitsOnTenLines() {
        assertThat(StatusText.render(FakeDaemon.well())).isEqualTo("""
                fw-a  MASTER 2/2   up 12d 4h   peer fw-b 192.0.2.2 seen 0.3s ago
                Failover ready: yes   suppress_preempt 0   maintenance off
                demotion 0

                NAME  VHID  CARPDEV  STATE   SKEW  SINCE   CHANGES  ADDRESS                  PEER
                wan      1  wan0     MASTER     0  12d 4h        2  203.0.113.1/24
                lan     12  lan0     MASTER     0  12d 4h        2  10.0.0.1/24 10.0.0.2/24

                pfsync  in-sync   sync0
                  fw-b  192.0.2.2  in-sync  lag 4 ms  48209 entries  path MTU 1500
                conntrack  48213 entries, 36 % of 131072
                """);
    }

    @Test
    void eachTroubleSaysWhatSinceWhenAndWhatEndsIt() {
        assertThat(StatusText.render(FakeDaemon.inTrouble())).isEqualTo("""
                fw-a  BACKUP 1/1   up 41s   peer fw-b 192.0.2.2 seen 0.2s ago
                Failover ready: NO - pfsync bulk 63 %   suppress_preempt 1   maintenance off
                demotion 240:
                  +240  pfsync-bulk  since 41s  bulk update 63 %  (ends when the bulk update is done, in 19s at the latest)

                NAME  VHID  CARPDEV  STATE    SKEW  SINCE  CHANGES  ADDRESS         PEER
                wan      1  wan0     BACKUP  0>240  41s          1  203.0.113.1/24  203.0.113.3 skew 100 seen 0.3s ago

                pfsync  bulk   sync0   bulk update 63 % (31020 of 49100)
                  fw-b  192.0.2.2  bulk  lag 4 ms  49100 entries, not equal to ours  path MTU 1500
                conntrack  31040 entries, 11 % of 262144
                  end with a failover: 1 flow of GRE
                  in a flowtable: 2, which the peer has as established, with an hour to live
                """);
    }

    /** A lag of less than what the number shows is one. */
    @Test
    void aPairThatHasNothingToSayIsIdleAndASilentPeerHasNoLag() {
        Status idle = FakeDaemon.well(FakeDaemon.inSync(PfsyncState.IN_SYNC, 0));
        assertThat(StatusText.render(idle)).contains("  fw-b  192.0.2.2  in-sync  idle  48209 entries");
        assertThat(JsonText.status(idle)).contains("\"idle\" : true");
        Status quick = FakeDaemon.well(FakeDaemon.inSync(PfsyncState.IN_SYNC, 0.04));
        assertThat(StatusText.render(quick)).contains("in-sync  lag 0 ms  48209 entries");
        assertThat(JsonText.status(quick)).contains("\"idle\" : false");
        assertThat(StatusText.render(FakeDaemon.well(FakeDaemon.inSync(PfsyncState.LOST, 0))))
                .contains("  fw-b  192.0.2.2  lost  48209 entries");
    }

    @Test
    void whatNoOtherNodeCouldCarryOnIsNamedWhereTheNodeIsReady() {
        Status well = FakeDaemon.well();
        Status.Conntrack table = new Status.Conntrack(
                10, 100, 0, List.of(new Status.Uncarried("GRE", 2), new Status.Uncarried("the helper pptp", 1)), 3);
        assertThat(StatusText.render(with(well, table)).lines())
                .contains(
                        "Failover ready: yes - but 2 flows of GRE, 1 flow of the helper pptp would end"
                                + "   suppress_preempt 0   maintenance off",
                        "  end with a failover: 2 flows of GRE, 1 flow of the helper pptp",
                        "  in a flowtable: 3, which the peer has as established, with an hour to live");
    }

    private static Status with(Status status, Status.Conntrack table) {
        return new Status(
                status.node(),
                status.hostId(),
                status.uptimeSeconds(),
                status.failoverReady(),
                status.failoverBlockedBy(),
                status.demotion(),
                status.suppressPreempt(),
                status.maintenance(),
                status.demotionSources(),
                status.vhids(),
                status.pfsync(),
                table,
                List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "admin|inside||+100  admin  group inside  since 1.0s  why  (ends with carpctl demote --reset --group inside)",
                "admin||60|+100  admin  since 1.0s  why  (ends with carpctl demote --reset, in 1m at the latest)",
                "allow|||+100  allow  since 1.0s  why  (ends with carpctl sysctl allow=1)",
                "addresses||9|+100  addresses  since 1.0s  why  (tried again each second, in 9.0s at the latest)",
                "maintenance|||+100  maintenance  since 1.0s  why  (ends with carpctl maintenance off)",
                "track:gateway|||+100  track:gateway  since 1.0s  why  (ends when it is well again)",
            })
    void eachDemotionSaysWhatEndsIt(String source, String group, Double expiresIn, String line) {
        Status.DemotionSource demotion =
                new Status.DemotionSource(source, "", group == null ? "" : group, 100, 1, "why", expiresIn);
        Status status = with(FakeDaemon.well(), List.of(demotion), List.of());
        assertThat(StatusText.render(status).lines()).contains("  " + line);
    }

    @Test
    void aVirtualHostThatWaitsSaysForWhatAndHowLong() {
        List<Status.VirtualHost> hosts = List.of(
                virtualHost("wan", Status.CarpState.INIT, 90.0, null),
                virtualHost("lan", Status.CarpState.BACKUP, null, 12.3));
        assertThat(StatusText.render(with(FakeDaemon.well(), List.of(), hosts)).lines())
                .contains(
                        "warning: wan takes no part since 1.0s: why, comes up in 1m 30s",
                        "warning: waits for its services before it becomes master, until carpctl ready, or for 12s"
                                + " more");
    }

    private static Status.VirtualHost virtualHost(String name, Status.CarpState state, Double upIn, Double heldOff) {
        return new Status.VirtualHost(
                name,
                1,
                "wan0",
                state,
                1,
                0,
                "",
                0,
                0,
                new Status.Authentication("strict", 0),
                null,
                null,
                List.of(),
                1,
                "why",
                upIn,
                heldOff,
                1,
                0,
                List.of());
    }

    private static Status with(Status status, List<Status.DemotionSource> sources, List<Status.VirtualHost> hosts) {
        return new Status(
                status.node(),
                status.hostId(),
                status.uptimeSeconds(),
                status.failoverReady(),
                status.failoverBlockedBy(),
                status.demotion(),
                status.suppressPreempt(),
                status.maintenance(),
                sources,
                hosts,
                status.pfsync(),
                status.conntrack(),
                List.of());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "OFF|pfsync  off: connections do not survive a failover; add [pfsync] to the configuration",
                "ALONE|warning: 192.0.2.2 has another key: copy it",
                "LAGGING|warning: the peer is behind: a failover now would lose the latest changes",
                "IN_SYNC|warning: degraded: timed out; carpctl pfsync bulk asks the peer again",
            })
    void theStateOfTheChannelSaysWhatToDo(PfsyncState state, String line) {
        Status status = FakeDaemon.inTrouble();
        Pfsync pfsync = new Pfsync(
                state,
                "sync0",
                status.pfsync().peers(),
                status.pfsync().bulk(),
                "timed out",
                List.of(new LinkFault("wrong-key", "192.0.2.2 has another key", "copy it", true)),
                List.of());
        assertThat(StatusText.render(with(status, pfsync)).lines()).contains(line);
    }

    @Test
    void eachOfSeveralPathsIsNamed() {
        Status status = FakeDaemon.well();
        Pfsync pfsync = new Pfsync(
                PfsyncState.IN_SYNC,
                "lan0",
                status.pfsync().peers(),
                status.pfsync().bulk(),
                null,
                List.of(),
                List.of(
                        new Status.SyncPath("sync0", false, false, "no carrier"),
                        new Status.SyncPath("lan0", true, true, ""),
                        new Status.SyncPath("opt0", true, false, "")));
        assertThat(StatusText.render(with(status, pfsync)))
                .contains("pfsync  in-sync   lan0\n  paths  sync0 (no carrier), lan0 in use, opt0 spare\n");
    }

    private static Status with(Status status, Pfsync pfsync) {
        return new Status(
                status.node(),
                status.hostId(),
                status.uptimeSeconds(),
                status.failoverReady(),
                status.failoverBlockedBy(),
                status.demotion(),
                status.suppressPreempt(),
                status.maintenance(),
                status.demotionSources(),
                List.of(),
                pfsync,
                new Status.Conntrack(80, 100, 0, List.of(), 0),
                List.of(new Status.Finding("tcp-loose", "the kernel guesses")));
    }

    @Test
    void aTableThatFillsUpIsAWarning() {
        Status status = with(FakeDaemon.inTrouble(), Pfsync.OFF);
        assertThat(StatusText.render(status))
                .contains("conntrack  80 entries, 80 % of 100\nwarning: the table is nearly full")
                .startsWith("fw-a  no vhid   up 41s\n")
                .contains("warning: the kernel guesses\n         carpctl doctor tells what to do\n");
        assertThat(new JsonObject(JsonText.status(status)).getJsonObject("pfsync"))
                .isEqualTo(new JsonObject("""
                        {"state": "off", "syncdev": null, "paths": [], "peers": [], "degraded": null, "faults": [],
                         "bulk": {"running": false, "received": 0, "expected": 0}}"""));
    }

    @Test
    void countersAreThoseOfNetstat() {
        assertThat(StatsText.render(FakeDaemon.counters(), null)).isEqualTo("""
                carp:
                    12 packets received (IPv4)
                     0 discarded for wrong TTL
                pfsync:
                        2 stream frames sent again
                    48301 inserts received
                conntrack:
                    7 times the kernel dropped events because the receive buffer was full
                """);
        assertThat(StatsText.render(FakeDaemon.counters(), "conntrack"))
                .startsWith("conntrack:\n")
                .hasLineCount(2);
        assertThat(new JsonObject(JsonText.stats(FakeDaemon.counters(), null))).isEqualTo(new JsonObject("""
                {"carp": {"packetsReceived": 12, "badTtl": 0}, "pfsync": {"insertsIn": 48301, "retransmits": 2},
                 "conntrack": {"overruns": 7}}"""));
    }

    @Test
    void anEventIsOneLineWithItsTimeAsRfc3339() {
        Instant time = Instant.parse("2026-11-20T09:14:02Z");
        Event event = new Event(7, time, "carp", "VHID 1@wan0: BACKUP -> MASTER (x)", Map.of());
        assertThat(event.timeText()).isEqualTo("2026-11-20T09:14:02.000Z");
        assertThat(JsonText.event(event)).hasLineCount(1);
        assertThat(new JsonObject(JsonText.event(event))).isEqualTo(new JsonObject("""
                {"time": "2026-11-20T09:14:02.000Z", "sequence": 7, "subject": "carp", "type": "message",
                 "message": "VHID 1@wan0: BACKUP -> MASTER (x)"}"""));
        Event change = new Event(8, time, "carp", "demoted by 240 to 240 (x)", Map.of("type", "demotion", "by", 240));
        assertThat(new JsonObject(JsonText.event(change)).getString("type")).isEqualTo("demotion");
        assertThat(new JsonObject(JsonText.event(change)).getInteger("by")).isEqualTo(240);
    }

    @ParameterizedTest
    @CsvSource({
        "-1,0.0s",
        "0.26,0.3s",
        "9.94,9.9s",
        "9.96,10s",
        "59.4,59s",
        "60,1m",
        "200,3m 20s",
        "7500,2h 5m",
        "86400,1d",
        "1051200,12d 4h"
    })
    void agesHaveTwoUnits(double seconds, String text) {
        assertThat(Ages.text(seconds)).isEqualTo(text);
    }
}
