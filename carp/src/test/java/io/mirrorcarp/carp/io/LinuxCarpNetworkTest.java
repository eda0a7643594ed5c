// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.netio.NamespacedVertx;
import io.mirrorcarp.netio.TestNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Namespaces a and b, eth0 of each joined by a veth pair; the cable of a is pulled by setting that of b down. */
class LinuxCarpNetworkTest extends CarpNetworkContract {
    @TempDir
    Path directory;

    private TestNetwork net;
    private final List<String> namespaces = new ArrayList<>();
    private final List<NamespacedVertx> vertxes = new ArrayList<>();

    @BeforeEach
    void topology() {
        net = TestNetwork.create();
        namespaces.add(net.namespace("a"));
        namespaces.add(net.namespace("b"));
        net.veth(namespaces.get(0), "eth0", namespaces.get(1), "eth0");
    }

    @AfterEach
    void remove() {
        vertxes.forEach(NamespacedVertx::close);
        if (net != null) {
            net.close();
        }
    }

    @Override
    Node node(int number) throws Exception {
        NamespacedVertx vertx = NamespacedVertx.create(namespaces.get(number));
        vertxes.add(vertx);
        return new Node(
                new LinuxCarpNetwork(directory.resolve("restore" + number)),
                vertx.vertx().getOrCreateContext());
    }

    @Override
    void setLink(boolean up) {
        net.run(namespaces.get(1), "ip link set dev eth0 " + (up ? "up" : "down"));
    }
}
