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
 * <p>Any TOS, source address and source MAC is accepted, with CARP any type nibble and authlen; and so are IPv4 options and bytes after
 * the 36 of the CARP header, as on the BSDs. Bad input gives a {@link RejectedFrame}, never an exception.
 */
public final class AdvertisementParser {
    private final Predicate<AddressFamily> families;
    private final Speakers speakers;
    private final boolean routedPeers;

    /** Who speaks on the device. */
    @FunctionalInterface
    public interface Speakers {
        /**
         * The protocol of a vhid, or null where none runs.
         *
         * @param seen what the advertisement looks like; null for nothing known
         */
        @Nullable
        Protocol of(int vhid, @Nullable Protocol seen);
    }

    /**
     * @param families whether a vhid on this device has addresses of a family
     * @param vhids whether a vhid runs on this device
     * @param routedPeers whether an advertisement to a unicast address may have any TTL, as FreeBSD allows for its
     *     unicast peers; to a multicast address it must have 255 in any case
     */
    public AdvertisementParser(Predicate<AddressFamily> families, IntPredicate vhids, boolean routedPeers) {
        this(families, (vhid, seen) -> vhids.test(vhid) ? Protocol.CARP : null, routedPeers);
    }

    /** The same, with what protocol a vhid speaks. */
    public AdvertisementParser(Predicate<AddressFamily> families, Speakers speakers, boolean routedPeers) {
        this.families = families;
        this.speakers = speakers;
        this.routedPeers = routedPeers;
    }

    /** Accepts any family, protocol and vhid and, in unicast, any TTL: for traces. */
    public static AdvertisementParser ofEverything() {
        return new AdvertisementParser(family -> true, (vhid, seen) -> seen == null ? Protocol.CARP : seen, true);
    }

    /** Parses the frame between position and limit; the buffer is left as it was. */
    public ParsedFrame parse(ByteBuffer buffer) {
        ByteBuffer frame = buffer.slice().order(ByteOrder.BIG_ENDIAN);
        IpPacket packet = ipPacket(frame);
        if (packet == null) {
            return new RejectedFrame(Rejection.NOT_CARP, AddressFamily.IPV4, null);
        }
        Protocol protocol = vrrpSpeaker(frame, packet);
        Rejection fault = firstFault(frame, packet, protocol);
        if (fault != null) {
            return new RejectedFrame(fault, packet.family(), packet.source());
        }
        return new ReceivedAdvertisement(
                packet.family(),
                Ethernet.source(frame),
                packet.source(),
                packet.destination(),
                packet.ttl(),
                protocol == null
                        ? CarpHeader.get(frame, packet.payloadStart())
                        : VrrpHeader.get(frame, packet, protocol));
    }

    /** The version of VRRP that the vhid of a packet speaks, or null for CARP. */
    private @Nullable Protocol vrrpSpeaker(ByteBuffer frame, IpPacket packet) {
        if (packet.payloadLength() < VrrpHeader.LENGTH) {
            return null;
        }
        int start = packet.payloadStart();
        Protocol speaks = speakers.of(CarpHeader.vhid(frame, start), Protocol.of(frame, start, packet.payloadLength()));
        return speaks != null && speaks.isVrrp() ? speaks : null;
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

    private @Nullable Rejection firstFault(ByteBuffer frame, IpPacket packet, @Nullable Protocol vrrp) {
        if (!families.test(packet.family())) {
            return Rejection.BAD_INTERFACE;
        }
        if (packet.ttl() != Envelope.TTL && !mayBeRouted(packet)) {
            return Rejection.BAD_TTL;
        }
        if (packet.payloadLength() == IpPacket.CUT_SHORT) {
            return Rejection.SHORT_HEADER;
        }
        return vrrp == null ? faultOfCarp(frame, packet) : faultOfVrrp(frame, packet, vrrp);
    }

    private static @Nullable Rejection faultOfVrrp(ByteBuffer frame, IpPacket packet, Protocol vrrp) {
        if (!packet.sumIsRight()) {
            return Rejection.BAD_SUM;
        }
        boolean hasFamily = vrrp == Protocol.VRRP3 || packet.family() == AddressFamily.IPV4;
        if (Protocol.of(frame, packet.payloadStart(), packet.payloadLength()) != vrrp || !hasFamily) {
            return Rejection.BAD_VERSION;
        }
        if (!VrrpHeader.lengthIsRight(frame, packet, vrrp)) {
            return Rejection.BAD_LENGTH;
        }
        return VrrpHeader.checksumIsRight(frame, packet, vrrp) ? null : Rejection.BAD_SUM;
    }

    private @Nullable Rejection faultOfCarp(ByteBuffer frame, IpPacket packet) {
        if (packet.payloadLength() < CarpHeader.LENGTH) {
            return Rejection.BAD_LENGTH;
        }
        int start = packet.payloadStart();
        if (!packet.sumIsRight() || !CarpHeader.checksumIsRight(frame, start)) {
            return Rejection.BAD_SUM;
        }
        int vhid = CarpHeader.vhid(frame, start);
        if (vhid == 0 || speakers.of(vhid, Protocol.CARP) != Protocol.CARP) {
            return Rejection.BAD_VHID;
        }
        return CarpHeader.version(frame, start) == CarpHeader.VERSION ? null : Rejection.BAD_VERSION;
    }

    private boolean mayBeRouted(IpPacket packet) {
        return routedPeers && !packet.destination().isMulticastAddress();
    }
}
