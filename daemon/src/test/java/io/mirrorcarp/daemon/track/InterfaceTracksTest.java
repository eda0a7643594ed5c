// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.track;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.carp.io.CarpdevStatus;
import io.mirrorcarp.carp.io.MemoryCarpNetwork;
import io.mirrorcarp.daemon.config.TrackConfiguration;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InterfaceTracksTest {
    private final Vertx vertx = Vertx.vertx();
    private final MemoryCarpNetwork.Segment segment = new MemoryCarpNetwork.Segment();
    private final MemoryCarpNetwork network = new MemoryCarpNetwork(Map.of("uplink0", segment, "dmz0", segment));
    private final List<DemotionSource> sources = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private void track(Duration upDelay, Duration downDelay) {
        TrackConfiguration.Interface uplink =
                new TrackConfiguration.Interface("uplink0", "uplink0", 100, upDelay, downDelay, Optional.of("outside"));
        InterfaceTracks tracks = new InterfaceTracks(network, sources::add);
        vertx.deployVerticle(tracks).await();
        tracks.watch(List.of(uplink)).await();
    }

    private void awaitSources(String... lines) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(sources)
                        .extracting(source ->
                                source.name() + " " + source.group() + " " + source.value() + " " + source.reason())
                        .containsExactly(lines));
    }

    @Test
    void oneThatIsDownDemotesUntilItIsUp() {
        track(Duration.ZERO, Duration.ZERO);
        network.setLink("dmz0", false);
        network.setLink("uplink0", false);
        awaitSources("track:uplink0 outside 100 uplink0 is down");
        network.setLink("uplink0", true);
        awaitSources("track:uplink0 outside 100 uplink0 is down", "track:uplink0 outside 0 uplink0 is up");
    }

    @Test
    void oneThatIsNotThereAtTheStartDemotesUntilItComes() {
        CarpdevStatus there = new CarpdevStatus("uplink0", 9, true, new io.mirrorcarp.address.MacAddress(2), List.of());
        network.change(CarpdevStatus.absent("uplink0"));
        track(Duration.ZERO, Duration.ofHours(1));
        awaitSources("track:uplink0 outside 100 uplink0 is not there");
        network.change(there);
        awaitSources("track:uplink0 outside 100 uplink0 is not there", "track:uplink0 outside 0 uplink0 is up");
    }

    @Test
    void aShortLossWithinTheDelayIsNone() {
        track(Duration.ofMillis(200), Duration.ofHours(1));
        network.setLink("uplink0", false);
        network.setLink("uplink0", true);
        network.change(CarpdevStatus.absent("uplink0"));
        awaitSources("track:uplink0 outside 100 uplink0 is not there");
    }
}
