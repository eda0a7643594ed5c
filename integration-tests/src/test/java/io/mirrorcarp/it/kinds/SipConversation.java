// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.it.kinds;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A call over SIP (RFC 3261): the client announces where it listens for sound, and the server sends it there. Before the first failover nothing is sent yet, so the
 * new firewall knows where to from what the helper expects alone.
 */
final class SipConversation implements Conversation {
    private static final int PORT = 5060;
    private static final int MEDIA_PORT = 4000;
    private static final int TRIES = 5;
    private static final Pattern MEDIA =
            Pattern.compile("c=IN IP[46] ([0-9a-f.:]+)\\s.*m=audio ([0-9]+) ", Pattern.DOTALL);

    /** The addresses of a call. */
    private record Ends(String client, String server, String virtual) {}

    private final DatagramSocket signalling;
    private final DatagramSocket server;
    private final DatagramSocket media;
    private final DatagramSocket sound;
    private final InetSocketAddress announced;

    private SipConversation(KindsBed bed, Ends ends) throws Exception {
        server = bed.server.call(() -> new DatagramSocket(PORT, InetAddress.getByName(ends.server())));
        sound = bed.server.call(() -> new DatagramSocket(6000, InetAddress.getByName(ends.server())));
        signalling = bed.client.call(() -> new DatagramSocket(PORT, InetAddress.getByName(ends.client())));
        media = bed.client.call(() -> new DatagramSocket(MEDIA_PORT, InetAddress.getByName(ends.client())));
        byte[] invite = invite(ends).getBytes(StandardCharsets.US_ASCII);
        DatagramPacket packet = new DatagramPacket(invite, invite.length);
        packet.setSocketAddress(new InetSocketAddress(ends.server(), PORT));
        signalling.send(packet);
        DatagramPacket came = new DatagramPacket(new byte[2000], 2000);
        server.setSoTimeout(3_000);
        server.receive(came);
        String text = new String(came.getData(), 0, came.getLength(), StandardCharsets.US_ASCII);
        Matcher matcher = MEDIA.matcher(text);
        if (!matcher.find() || !matcher.group(1).equals(ends.virtual())) {
            throw new IOException("the helper did not translate the invitation:\n" + text);
        }
        announced = new InetSocketAddress(matcher.group(1), Integer.parseInt(matcher.group(2)));
    }

    static Conversation open(KindsBed bed) throws Exception {
        return new SipConversation(bed, new Ends(KindsBed.CLIENT, KindsBed.SERVER, KindsBed.VIRTUAL));
    }

    static Conversation open6(KindsBed bed) throws Exception {
        return new SipConversation(bed, new Ends(KindsBed.CLIENT6, KindsBed.SERVER6, KindsBed.VIRTUAL6));
    }

    private static String invite(Ends ends) {
        String family = ends.client().contains(":") ? "IP6" : "IP4";
        String from = host(ends.client());
        String to = host(ends.server());
        String description = "v=0\r\no=- 1 1 IN " + family + " " + ends.client() + "\r\ns=-\r\nc=IN " + family + " "
                + ends.client() + "\r\nt=0 0\r\n" + "m=audio " + MEDIA_PORT + " RTP/AVP 0\r\n";
        return "INVITE sip:b@" + to + " SIP/2.0\r\nVia: SIP/2.0/UDP " + from + ":5060;branch=z9hG4bK1\r\n"
                + "Max-Forwards: 70\r\nFrom: <sip:a@" + from + ">;tag=1\r\nTo: <sip:b@" + to + ">\r\n"
                + "Call-ID: 1@" + from + "\r\nCSeq: 1 INVITE\r\nContact: <sip:a@" + from + ":5060>\r\n"
                + "Content-Type: application/sdp\r\nContent-Length: " + description.length() + "\r\n\r\n" + description;
    }

    /** As a URI has it. */
    private static String host(String address) {
        return address.contains(":") ? "[" + address + "]" : address;
    }

    @Override
    public Optional<String> go() {
        String why = "";
        for (int i = 0; i < TRIES; i++) {
            try {
                DatagramPacket packet = new DatagramPacket(new byte[20], 20);
                packet.setSocketAddress(announced);
                sound.send(packet);
                media.setSoTimeout(1_000);
                media.receive(new DatagramPacket(new byte[100], 100));
                return Optional.empty();
            } catch (IOException e) {
                why = String.valueOf(e.getMessage());
            }
        }
        return Optional.of("no sound: " + why);
    }

    @Override
    public void close() {
        signalling.close();
        server.close();
        media.close();
        sound.close();
    }
}
