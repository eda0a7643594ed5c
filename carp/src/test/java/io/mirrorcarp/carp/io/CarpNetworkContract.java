// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirrorcarp.carp.packet.AddressFamily;
import io.mirrorcarp.carp.packet.AdvertisementFrame;
import io.mirrorcarp.carp.packet.AdvertisementParser;
import io.mirrorcarp.carp.packet.CarpAdvertisement;
import io.mirrorcarp.carp.packet.Digest;
import io.mirrorcarp.carp.packet.Envelope;
import io.mirrorcarp.carp.packet.IpAddress;
import io.mirrorcarp.carp.packet.ReceivedAdvertisement;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the hands of the election count on, from the kernel's network and from its twin in memory alike: two nodes on one segment, eth0 of each. */
abstract class CarpNetworkContract {
    private static final Set<AddressFamily> BOTH = Set.of(AddressFamily.IPV4, AddressFamily.IPV6);
    private static final byte[] SOURCE4 = {10, 9, 0, 2};
    private static final byte[] SOURCE6 = {(byte) 0xfd, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};

    private final List<CarpdevStatus> told = new CopyOnWriteArrayList<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    /** One of two nodes, 0 or 1. */
    record Node(CarpNetwork network, Context context) {}

    abstract Node node(int number) throws Exception;

    /** Takes the cable of node 0 out, or plugs it in. */
    abstract void setLink(boolean up) throws Exception;

    static <T> T get(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private LinkMonitor watch(Node node) throws Exception {
        return get(call(node, () -> node.network().watch(node.context(), List.of("eth0", "eth9"), told::add)));
    }

    private AdvertSocket open(Node node, CarpdevStatus status, String name) throws Exception {
        return get(call(
                node,
                () -> node.network()
                        .open(
                                node.context(),
                                status,
                                Listening.to(BOTH),
                                frame -> heard.add(name + " " + text(frame)))));
    }

    /** On the node's context, where sockets are opened and used. */
    private static <T> Future<T> call(Node node, java.util.function.Supplier<Future<T>> action) {
        io.vertx.core.Promise<T> promise = io.vertx.core.Promise.promise();
        node.context().runOnContext(nothing -> action.get().onComplete(promise));
        return promise.future();
    }

    private static int send(Node node, AdvertSocket socket, byte[] frame) throws Exception {
        return get(call(node, () -> Future.succeededFuture(socket.send(frame))));
    }

    private static String text(ByteBuffer frame) {
        return AdvertisementParser.ofEverything().parse(frame) instanceof ReceivedAdvertisement received
                        && received.advertisement() instanceof CarpAdvertisement said
                ? received.family() + " " + said.counter()
                : "other";
    }

    private static byte[] advertisement(byte[] source, long counter) {
        return AdvertisementFrame.build(
                Envelope.multicast(7, IpAddress.of(source), 1),
                new CarpAdvertisement(7, 0, 1, 0, counter, Digest.of(new byte[Digest.LENGTH])));
    }

    private static void eventually(org.awaitility.core.ThrowingRunnable assertion) {
        await().pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(10))
                .untilAsserted(assertion);
    }

    private static CarpdevStatus last(List<CarpdevStatus> statuses, String carpdev) {
        return statuses.stream()
                .filter(status -> status.carpdev().equals(carpdev))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    @Test
    void eachCarpdevIsToldBeforeTheMonitorIsThereAlsoOneThatDoesNotExist() throws Exception {
        LinkMonitor monitor = watch(node(0));
        assertThat(told).extracting(CarpdevStatus::carpdev).containsExactlyInAnyOrder("eth0", "eth9");
        assertThat(last(told, "eth0").isPresent()).isTrue();
        assertThat(last(told, "eth0").up()).isTrue();
        assertThat(last(told, "eth9").isPresent()).isFalse();
        get(monitor.close());
    }

    @Test
    void aLinkThatIsLostAndComesBackIsToldUntilTheMonitorIsClosed() throws Exception {
        LinkMonitor monitor = watch(node(0));
        setLink(false);
        eventually(() -> assertThat(last(told, "eth0").up()).isFalse());
        setLink(true);
        eventually(() -> assertThat(last(told, "eth0").up()).isTrue());
        get(monitor.close());
        int count = told.size();
        setLink(false);
        assertThat(told).hasSize(count);
    }

    @Test
    void framesOfBothFamiliesReachTheOtherNodeInOrderAndNotTheSender() throws Exception {
        Node first = node(0);
        Node second = node(1);
        watch(first);
        CarpdevStatus firstStatus = last(told, "eth0");
        AdvertSocket a = open(first, firstStatus, "a");
        watch(second);
        AdvertSocket b = open(second, last(told, "eth0"), "b");
        assertThat(send(first, a, advertisement(SOURCE4, 1))).isZero();
        assertThat(send(first, a, advertisement(SOURCE6, 2))).isZero();
        eventually(() -> assertThat(heard).containsExactly("b IPV4 1", "b IPV6 2"));
        assertThat(send(second, b, advertisement(SOURCE4, 3))).isZero();
        eventually(() -> assertThat(heard).containsExactly("b IPV4 1", "b IPV6 2", "a IPV4 3"));
        get(call(second, b::close));
        assertThat(send(first, a, advertisement(SOURCE4, 4))).isZero();
        get(call(first, a::close));
        assertThat(heard).hasSize(3);
    }

    @Test
    void sendingWithoutLinkAnswersAnErrnoOrIsLostAndNeverThrows() throws Exception {
        Node first = node(0);
        watch(first);
        AdvertSocket a = open(first, last(told, "eth0"), "a");
        setLink(false);
        assertThat(send(first, a, advertisement(SOURCE4, 1))).isGreaterThanOrEqualTo(0);
        setLink(true);
        eventually(() -> assertThat(send(first, a, advertisement(SOURCE4, 1))).isZero());
        get(call(first, a::close));
    }
}
