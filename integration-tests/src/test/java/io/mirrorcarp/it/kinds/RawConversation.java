// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import io.mirrorcarp.lab.net.LabHost;
import io.mirrorcarp.netio.IpEndpoint;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.RawIpSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** Packets of any IP protocol, from the client to the server; after the first exchange the server speaks first. Its peer is the virtual address. */
final class RawConversation implements Conversation {
    private static final int IPV4_HEADER = 20;
    private static final long TRY_NANOS = 1_000_000_000L;
    private static final int TRIES = 6;

    private final RawIpSocket client;
    private final RawIpSocket server;
    private final IpEndpoint toServer;
    private final IpEndpoint toClient;
    private final Script script;
    private final boolean serverOnly;
    private int said;

    /** What each side says at its turn, from 0. */
    record Script(int protocol, IntFunction<byte[]> client, IntFunction<byte[]> server, int opening) {}

    private RawConversation(KindsBed bed, Script script, boolean serverOnly) throws Exception {
        this.script = script;
        this.serverOnly = serverOnly;
        client = open(bed.client, script.protocol());
        server = open(bed.server, script.protocol());
        toServer = endpoint(bed.client, KindsBed.SERVER);
        toClient = endpoint(bed.server, KindsBed.VIRTUAL);
    }

    static Conversation open(KindsBed bed, Script script, boolean serverOnly) throws Exception {
        RawConversation conversation = new RawConversation(bed, script, serverOnly);
        for (int i = 0; i < script.opening(); i++) {
            boolean there =
                    conversation.say(conversation.client, conversation.toServer, conversation.server, script.client());
            boolean back = there
                    && conversation.say(
                            conversation.server, conversation.toClient, conversation.client, script.server());
            if (!back) {
                throw new IOException("packet " + i + (there ? " of the server" : " of the client") + " did not come");
            }
            conversation.said++;
        }
        return conversation;
    }

    private static RawIpSocket open(LabHost host, int protocol) {
        return host.call(() -> RawIpSocket.open(
                false, protocol, NetworkInterface.getByName("eth0").getIndex()));
    }

    private static IpEndpoint endpoint(LabHost host, String address) {
        return host.call(() -> new IpEndpoint(
                InetAddress.getByName(address),
                NetworkInterface.getByName("eth0").getIndex()));
    }

    @Override
    public Optional<String> go() {
        String why = "";
        for (int i = 0; i < TRIES; i++) {
            said++;
            if (!say(server, toClient, client, script.server())) {
                why = "nothing came to the client";
            } else if (!serverOnly && !say(client, toServer, server, script.client())) {
                why = "nothing came to the server";
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(why);
    }

    private boolean say(RawIpSocket from, IpEndpoint to, RawIpSocket at, IntFunction<byte[]> words) {
        byte[] payload = words.apply(said);
        MessageBatch out = new MessageBatch(1, 256);
        out.append(to).put(payload);
        out.commit();
        from.send(out);
        MessageBatch in = new MessageBatch(1, 512);
        long deadline = System.nanoTime() + TRY_NANOS;
        while (System.nanoTime() - deadline < 0) {
            in.clear();
            if (at.receive(in) > 0 && isSame(in.payload(0), payload)) {
                return true;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return false;
    }

    private static boolean isSame(ByteBuffer packet, byte[] payload) {
        return packet.remaining() >= IPV4_HEADER + payload.length
                && packet.slice(packet.position() + IPV4_HEADER, payload.length).mismatch(ByteBuffer.wrap(payload)) < 0;
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
