// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import io.mirrorcarp.lab.traffic.TcpFlow;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;

/**
 * A TCP connection of which a rule changes the mark, or sets a label, while it lives. The client asks for that by the DSCP of a packet, and the server's packets of another DSCP are
 * dropped unless the connection has what was asked for last.
 */
final class RemarkedConversation implements Conversation {
    /** AF11 and AF12 ask for it, AF21 and AF22 need it. */
    private static final int[] ASKING = {0x28, 0x30};

    private static final int[] NEEDING = {0x48, 0x50};

    private final TcpFlow flow;
    private final int values;
    private int present;

    private RemarkedConversation(TcpFlow flow, int values) {
        this.flow = flow;
        this.values = values;
    }

    /** @param values how many marks take turns, 1 or 2 */
    static Conversation open(KindsBed bed, int port, int values) throws IOException {
        TcpFlow flow = TcpFlow.open(
                bed.client, bed.server, new InetSocketAddress(KindsBed.SERVER, port), KindsBed.SERVER, port);
        RemarkedConversation conversation = new RemarkedConversation(flow, values);
        flow.exchange(KindsBed.ANSWER_LIMIT);
        conversation.say(flow.connected(), flow.accepted(), ASKING[0]);
        return Conversation.begun("TCP", conversation);
    }

    @Override
    public Optional<String> go() {
        try {
            Optional<String> why = say(flow.accepted(), flow.connected(), NEEDING[present]);
            if (why.isPresent()) {
                return why;
            }
            present = (present + 1) % values;
            return say(flow.connected(), flow.accepted(), ASKING[present])
                    .or(() -> say(flow.accepted(), flow.connected(), NEEDING[present]));
        } catch (IllegalStateException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private Optional<String> say(Socket from, Socket to, int trafficClass) {
        try {
            from.setTrafficClass(trafficClass);
        } catch (IOException e) {
            throw new IllegalStateException("set the DSCP: " + e.getMessage(), e);
        }
        return flow.oneWay(from, to, KindsBed.ANSWER_LIMIT);
    }

    @Override
    public void close() {
        flow.close();
    }
}
