// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import io.mirrorcarp.lab.traffic.TcpFlow;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;

/** A TCP connection because of which a rule, and no helper, lets the server connect to the client once. */
final class ExpectedByRule implements Conversation {
    private static final int EXPECTED_PORT = 9876;

    private final KindsBed bed;
    private final TcpFlow flow;

    private ExpectedByRule(KindsBed bed) {
        this.bed = bed;
        flow = TcpFlow.open(
                bed.client,
                bed.server,
                new InetSocketAddress(KindsBed.SERVER6, KindsRules.EXPECTS),
                KindsBed.SERVER6,
                KindsRules.EXPECTS);
    }

    /** One shows that it works before any failover; the other waits for one. */
    static Conversation open(KindsBed bed) throws IOException {
        Conversation.begun("ct expectation", new ExpectedByRule(bed)).close();
        return new ExpectedByRule(bed);
    }

    @Override
    public Optional<String> go() {
        Optional<String> why = flow.exchange(KindsBed.ANSWER_LIMIT);
        if (why.isPresent()) {
            return why;
        }
        try (ServerSocket data =
                bed.client.call(() -> new ServerSocket(EXPECTED_PORT, 1, InetAddress.getByName(KindsBed.CLIENT6)))) {
            return DataConnection.carry(bed.server, new InetSocketAddress(KindsBed.CLIENT6, EXPECTED_PORT), data, true);
        } catch (IOException e) {
            return Optional.of("what is expected: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        flow.close();
    }
}
