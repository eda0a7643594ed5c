// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.packet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads untagged Ethernet frames of one device.
 *
 * <p>Any TOS, source address, source MAC, type nibble and authlen is accepted, and so are IPv4 options and bytes after
 * the 36 of the CARP header, as on the BSDs. Bad input gives a {@link RejectedFrame}, never an exception.
 */
public final class AdvertisementParser {
    private final Predicate<AddressFamily> families;
    private final IntPredicate vhids;
    private final boolean routedPeers;

    /**
     * @param families whether a vhid on this device has addresses of a family
     * @param vhids whether a vhid runs on this device
     * @param routedPeers whether an advertisement to a unicast address may have any TTL, as FreeBSD allows for its
     *     unicast peers; to a multicast address it must have 255 in any case
     */
    public AdvertisementParser(Predicate<AddressFamily> families, IntPredicate vhids, boolean routedPeers) {
        this.families = families;
        this.vhids = vhids;
        this.routedPeers = routedPeers;
    }

    /** Accepts any family, any vhid and, in unicast, any TTL: for traces. */
    public static AdvertisementParser ofEverything() {
        return new AdvertisementParser(family -> true, vhid -> true, true);
    }

    /** Parses the frame between position and limit; the buffer is left as it was. */
    public ParsedFrame parse(ByteBuffer buffer) {
        ByteBuffer frame = buffer.slice().order(ByteOrder.BIG_ENDIAN);
        IpPacket packet = ipPacket(frame);
        if (packet == null) {
            return new RejectedFrame(Rejection.NOT_CARP, AddressFamily.IPV4, null);
        }
        Rejection fault = firstFault(frame, packet);
        if (fault != null) {
            return new RejectedFrame(fault, packet.family(), packet.source());
        }
        return new ReceivedAdvertisement(
                packet.family(),
                Ethernet.source(frame),
                packet.source(),
                packet.destination(),
                packet.ttl(),
                CarpHeader.get(frame, packet.payloadStart()));
    }

    private static @Nullable IpPacket ipPacket(ByteBuffer frame) {
        if (frame.limit() < Ethernet.LENGTH) {
            return null;
        }
        return switch (Ethernet.type(frame)) {
            case Ethernet.TYPE_IPV4 -> Ipv4Header.get(frame, Ethernet.LENGTH);
            case Ethernet.TYPE_IPV6 -> Ipv6Header.get(frame, Ethernet.LENGTH);
            default -> null;
        };
    }

    private @Nullable Rejection firstFault(ByteBuffer frame, IpPacket packet) {
        if (!families.test(packet.family())) {
            return Rejection.BAD_INTERFACE;
        }
        if (packet.ttl() != Envelope.TTL && !mayBeRouted(packet)) {
            return Rejection.BAD_TTL;
        }
        if (packet.payloadLength() == IpPacket.CUT_SHORT) {
            return Rejection.SHORT_HEADER;
        }
        if (packet.payloadLength() < CarpHeader.LENGTH) {
            return Rejection.BAD_LENGTH;
        }
        int start = packet.payloadStart();
        if (!packet.sumIsRight() || !CarpHeader.checksumIsRight(frame, start)) {
            return Rejection.BAD_SUM;
        }
        int vhid = CarpHeader.vhid(frame, start);
        if (vhid == 0 || !vhids.test(vhid)) {
            return Rejection.BAD_VHID;
        }
        return CarpHeader.version(frame, start) == CarpHeader.VERSION ? null : Rejection.BAD_VERSION;
    }

    private boolean mayBeRouted(IpPacket packet) {
        return routedPeers && !packet.destination().isMulticastAddress();
    }
}
