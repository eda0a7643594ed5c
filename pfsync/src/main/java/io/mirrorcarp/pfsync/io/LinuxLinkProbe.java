// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.io;

import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.PacketSocket;
import io.mirrorcarp.netio.RawIpSocket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A packet socket, which sees frames before the packet filter does, ICMP errors among them, and a raw socket that gets the errors which this host makes
 * itself of what the channel sends: a neighbour that does not answer. Its look reads a small file.
 */
final class LinuxLinkProbe implements LinkProbe {
    private static final int PROTOCOL = 240;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int UNREACHABLE = 3;
    private static final int PROTOCOL_UNREACHABLE = 2;
    private static final int UNREACHABLE6 = 1;
    private static final int PARAMETER_PROBLEM6 = 4;
    private static final Path ARP = Path.of("/proc/thread-self/net/arp");
    private static final int ETHERTYPE = 12;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int IP_HEADER = 14;
    private static final int ICMP_HEADER = IP_HEADER + 20;
    private static final int ICMPV6_HEADER = IP_HEADER + 40;
    private static final int ICMP_BYTES = 8;
    private static final int SLOTS = 32;
    private static final int SLOT_BYTES = 96;
    /** What a flood leaves waiting is left for the next look. */
    private static final int BATCHES_A_LOOK = 16;

    /** Protocol 240, and ICMP errors about it. VLAN tags are taken off before. */
    private static final BpfProgram FILTER = new BpfProgram.Builder()
            .loadHalf(ETHERTYPE)
            .jumpEqual(IPV4, 0, 7)
            .loadByte(IP_HEADER + 9)
            .jumpEqual(PROTOCOL, 11, 0)
            .jumpEqual(ICMP, 0, 11)
            .loadByte(ICMP_HEADER)
            .jumpEqual(UNREACHABLE, 0, 9)
            .loadByte(ICMP_HEADER + ICMP_BYTES + 9)
            .jumpEqual(PROTOCOL, 6, 7)
            .jumpEqual(IPV6, 0, 6)
            .loadByte(IP_HEADER + 6)
            .jumpEqual(PROTOCOL, 3, 0)
            .jumpEqual(ICMPV6, 0, 3)
            .loadByte(ICMPV6_HEADER + ICMP_BYTES + 6)
            .jumpEqual(PROTOCOL, 0, 1)
            .accept()
            .drop()
            .build();

    private final PacketSocket wire;
    private final RawIpSocket errors;
    private final List<String> syncpeers;
    private final MessageBatch batch = new MessageBatch(SLOTS, SLOT_BYTES);

    private LinuxLinkProbe(PacketSocket wire, RawIpSocket errors, List<InetAddress> syncpeers) {
        this.syncpeers = syncpeers.stream().map(InetAddress::getHostAddress).toList();
        this.wire = wire;
        this.errors = errors;
    }

    static LinkProbe open(int ifindex, List<InetAddress> syncpeers) throws ErrnoException {
        boolean ipv6 = syncpeers.stream().anyMatch(Inet6Address.class::isInstance);
        PacketSocket wire = PacketSocket.open(ifindex, FILTER);
        RawIpSocket errors = null;
        try {
            errors = RawIpSocket.openForErrors(ipv6, PROTOCOL);
            return new LinuxLinkProbe(wire, errors, syncpeers);
        } catch (ErrnoException e) {
            wire.close();
            if (errors != null) {
                errors.close();
            }
            throw e;
        }
    }

    @Override
    public Look look() {
        int frames = 0;
        int refusal = Math.max(errors.takeError(), isUnresolved() ? Errno.EHOSTUNREACH : 0);
        InetAddress source = null;
        InetAddress destination = null;
        int received = SLOTS;
        for (int i = 0; i < BATCHES_A_LOOK && received == SLOTS; i++) {
            received = Math.max(0, wire.receive(batch));
            for (int slot = 0; slot < received; slot++) {
                ByteBuffer frame = batch.payload(slot);
                boolean ipv6 = frame.getShort(ETHERTYPE) == (short) IPV6;
                int errno = ipv6 ? refusal6(frame) : refusal(frame);
                if (errno != 0) {
                    refusal = errno;
                } else {
                    frames++;
                    source = ipv6 ? address(frame, 8, 16) : address(frame, 12, 4);
                    destination = ipv6 ? address(frame, 24, 16) : address(frame, 16, 4);
                }
            }
        }
        return new Look(frames, source, destination, refusal);
    }

    /** Whether a peer's IPv4 address does not answer ARP: flags 0 in arp(7)'s file. The error that says so may be dropped as invalid on its way over the loopback. */
    private boolean isUnresolved() {
        try (Stream<String> neighbours = Files.lines(ARP)) {
            return neighbours
                    .map(line -> line.split(" +"))
                    .anyMatch(fields -> fields.length > 2 && fields[2].equals("0x0") && syncpeers.contains(fields[0]));
        } catch (IOException e) {
            return false;
        }
    }

    /** What an ICMP error means, which the packet filter may drop as invalid; 0 for another packet. */
    private static int refusal(ByteBuffer frame) {
        if (frame.get(IP_HEADER + 9) != ICMP) {
            return 0;
        }
        return frame.get(ICMP_HEADER + 1) == PROTOCOL_UNREACHABLE ? Errno.ENOPROTOOPT : Errno.EHOSTUNREACH;
    }

    private static int refusal6(ByteBuffer frame) {
        if (frame.get(IP_HEADER + 6) != ICMPV6) {
            return 0;
        }
        return switch (frame.get(ICMPV6_HEADER)) {
            case PARAMETER_PROBLEM6 -> Errno.EPROTO;
            case UNREACHABLE6 -> Errno.EHOSTUNREACH;
            default -> 0;
        };
    }

    private static @Nullable InetAddress address(ByteBuffer frame, int offset, int length) {
        if (frame.remaining() < IP_HEADER + offset + length) {
            return null;
        }
        byte[] bytes = new byte[length];
        frame.get(IP_HEADER + offset, bytes);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        wire.close();
        errors.close();
    }
}
