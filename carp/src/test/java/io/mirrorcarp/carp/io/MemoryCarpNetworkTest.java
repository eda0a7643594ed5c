// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

class MemoryCarpNetworkTest extends CarpNetworkContract {
    private final Vertx vertx = Vertx.vertx();
    private final MemoryCarpNetwork.Segment segment = new MemoryCarpNetwork.Segment();
    private final List<MemoryCarpNetwork> networks =
            List.of(new MemoryCarpNetwork(Map.of("eth0", segment)), new MemoryCarpNetwork(Map.of("eth0", segment)));

    @AfterEach
    void close() throws Exception {
        get(vertx.close());
    }

    @Override
    Node node(int number) {
        return new Node(networks.get(number), vertx.getOrCreateContext());
    }

    @Override
    void setLink(boolean up) {
        networks.get(0).setLink("eth0", up);
    }
}
