// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.lab.traffic.TcpFlow;
import io.mirrorcarp.lab.traffic.TcpStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** TCP: the accepting side speaks first each time, since its packet finds no way through a firewall that does not know the connection. */
final class TcpConversation implements Conversation {
    private static final long STREAM_BYTES = 1_000_000;

    private final TcpFlow flow;
    private boolean halfClosed;
    private boolean halfClosedByServer;

    private TcpConversation(TcpFlow flow) {
        this.flow = flow;
    }

    static TcpConversation toServer(KindsBed bed, int port) {
        return between(bed.client, bed.server, KindsBed.SERVER, KindsBed.SERVER, port, port);
    }

    static TcpConversation toServer6(KindsBed bed, int port) {
        return between(bed.client, bed.server, KindsBed.SERVER6, KindsBed.SERVER6, port, port);
    }

    static TcpConversation between(
            LabHost from, LabHost to, String dialled, String address, int dialledPort, int port) {
        TcpFlow flow = TcpFlow.open(from, to, new InetSocketAddress(dialled, dialledPort), address, port);
        flow.exchange(KindsBed.ANSWER_LIMIT);
        return new TcpConversation(flow);
    }

    /** The client has sent its FIN; the server speaks on. */
    TcpConversation halfClosed() throws IOException {
        flow.connected().shutdownOutput();
        halfClosed = true;
        return this;
    }

    /** The server has sent its FIN; the client speaks on. */
    TcpConversation halfClosedByServer() throws IOException {
        flow.accepted().shutdownOutput();
        halfClosedByServer = true;
        return this;
    }

    /** Streams at full speed both ways, instead of a few bytes. */
    static Conversation streaming(KindsBed bed) {
        TcpFlow flow = TcpFlow.open(
                bed.client, bed.server, new InetSocketAddress(KindsBed.SERVER, 0), KindsBed.SERVER, KindsRules.STREAM);
        TcpStream down = TcpStream.start(flow.accepted(), flow.connected(), 0);
        TcpStream up = TcpStream.start(flow.connected(), flow.accepted(), 0);
        return new Conversation() {
            @Override
            public Optional<String> go() {
                return down.awaitMore(STREAM_BYTES, KindsBed.ANSWER_LIMIT)
                        .or(() -> up.awaitMore(STREAM_BYTES, KindsBed.ANSWER_LIMIT));
            }

            @Override
            public void close() {
                flow.close();
            }
        };
    }

    @Override
    public Optional<String> go() {
        if (halfClosedByServer) {
            return flow.oneWay(flow.connected(), flow.accepted(), KindsBed.ANSWER_LIMIT);
        }
        return halfClosed
                ? flow.oneWay(flow.accepted(), flow.connected(), KindsBed.ANSWER_LIMIT)
                : flow.exchange(KindsBed.ANSWER_LIMIT);
    }

    @Override
    public void close() {
        flow.close();
    }
}
