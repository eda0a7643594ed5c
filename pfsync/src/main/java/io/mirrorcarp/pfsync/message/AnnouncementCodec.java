// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes and reads an {@link Announcement} within a control message. Not thread-safe. */
final class AnnouncementCodec {
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final int NUMBER_BYTES = 8;

    /** Whatever is announced, no more bytes. */
    static final int MAX_BYTES = 64
            + Announcement.MAX_REASONS * (Announcement.MAX_REASON_BYTES + 4)
            + Announcement.MAX_HOSTS * (Announcement.MAX_NAME_BYTES + 24 + 2 * NUMBER_BYTES)
            + Announcement.MAX_HOSTS * Announcement.MAX_SENDERS * (IPV6_BYTES + 2)
            + Announcement.MAX_ADDRESSES * (Announcement.MAX_ADDRESS_BYTES + 2);

    private static final int MAX_VHID = 255;

    private final WireReader inner = new WireReader();

    void write(Announcement announcement, WireWriter writer, int field) {
        if (!announcement.isPresent()) {
            return;
        }
        int start = writer.begin(field);
        writer.bytesFieldIfSet(1, bytes(announcement.version(), Announcement.MAX_VERSION_BYTES));
        writer.varintFieldIfSet(2, announcement.abilities());
        announcement.notReady().stream()
                .limit(Announcement.MAX_REASONS)
                .forEach(reason -> writer.bytesFieldIfSet(3, bytes(reason, Announcement.MAX_REASON_BYTES)));
        int room = Announcement.MAX_ADDRESSES;
        for (Announcement.Host host :
                announcement.hosts().stream().limit(Announcement.MAX_HOSTS).toList()) {
            int item = writer.begin(4);
            writer.bytesFieldIfSet(1, bytes(host.name(), Announcement.MAX_NAME_BYTES));
            writer.varintFieldIfSet(2, host.vhid());
            writer.fixed64FieldIfSet(3, host.addresses());
            writer.varintFieldIfSet(4, host.advbase());
            writer.varintFieldIfSet(5, host.master() ? 1 : 0);
            if (host.named().size() <= room) {
                room -= host.named().size();
                host.named()
                        .forEach(address -> writer.bytesFieldIfSet(6, bytes(address, Announcement.MAX_ADDRESS_BYTES)));
            }
            writer.varintFieldIfSet(7, host.sequence());
            host.senders().stream()
                    .limit(Announcement.MAX_SENDERS)
                    .forEach(sender -> writer.bytesFieldIfSet(8, sender.getAddress()));
            writer.varintFieldIfSet(9, host.masterMillis());
            writer.end(item);
        }
        writer.fixed64FieldIfSet(5, announcement.settings());
        if (announcement.total() >= Announcement.MAX_HOSTS) {
            // Fewer go without saying.
            writer.varintFieldIfSet(6, announcement.first());
            writer.varintFieldIfSet(7, announcement.total());
        }
        writer.end(start);
    }

    private static byte[] bytes(String text, int limit) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= limit ? bytes : Arrays.copyOf(bytes, limit);
    }

    /** Reads one to the end of {@code reader}; what is out of range is left out, and what is unknown passed over. */
    Announcement read(WireReader reader) {
        String version = "";
        int abilities = 0;
        List<String> notReady = new ArrayList<>();
        List<Announcement.Host> hosts = new ArrayList<>();
        long settings = 0;
        long first = 0;
        long total = 0;
        for (int field = reader.nextField(); field != 0; field = reader.nextField()) {
            switch (field) {
                case 1 -> version = text(reader, Announcement.MAX_VERSION_BYTES);
                case 2 -> abilities = (int) reader.varint();
                case 3 -> {
                    String reason = text(reader, Announcement.MAX_REASON_BYTES);
                    if (notReady.size() < Announcement.MAX_REASONS) {
                        notReady.add(reason);
                    }
                }
                case 4 -> readHost(reader, hosts);
                case 5 -> settings = reader.fixed64();
                case 6 -> first = reader.varint();
                case 7 -> total = reader.varint();
                default -> reader.skip();
            }
        }
        boolean isTold = total >= hosts.size() && total <= Announcement.MAX_TOTAL && first >= 0 && first < total;
        int of = hosts.size() < Announcement.MAX_HOSTS ? hosts.size() : 0;
        return new Announcement(
                version, abilities, notReady, hosts, settings, isTold ? (int) first : 0, isTold ? (int) total : of);
    }

    private void readHost(WireReader reader, List<Announcement.Host> hosts) {
        int length = reader.length();
        inner.wrap(reader.buffer(), reader.position(), reader.position() + length);
        reader.advance(length);
        String name = "";
        long vhid = 0;
        long addresses = 0;
        long advbase = 0;
        boolean master = false;
        List<String> named = new ArrayList<>();
        long sequence = 0;
        long masterMillis = 0;
        List<InetAddress> senders = new ArrayList<>();
        for (int field = inner.nextField(); field != 0; field = inner.nextField()) {
            switch (field) {
                case 1 -> name = text(inner, Announcement.MAX_NAME_BYTES);
                case 2 -> vhid = inner.varint();
                case 3 -> addresses = inner.fixed64();
                case 4 -> advbase = inner.varint();
                case 5 -> master = inner.varint() != 0;
                case 6 -> {
                    String address = text(inner, Announcement.MAX_ADDRESS_BYTES);
                    if (named.size() < Announcement.MAX_ADDRESSES) {
                        named.add(address);
                    }
                }
                case 7 -> sequence = inner.varint();
                case 8 -> readSender(senders);
                case 9 -> masterMillis = inner.varint();
                default -> inner.skip();
            }
        }
        if (inner.failed()) {
            reader.fail();
        } else if (vhid >= 1
                && vhid <= MAX_VHID
                && advbase >= 0
                && advbase <= MAX_VHID
                && hosts.size() < Announcement.MAX_HOSTS) {
            hosts.add(new Announcement.Host(
                    name,
                    (int) vhid,
                    addresses,
                    (int) advbase,
                    master,
                    named,
                    Math.max(0, sequence),
                    Math.max(0, masterMillis),
                    senders));
        }
    }

    /** An address has 4 bytes or 16; any other is left out. */
    private void readSender(List<InetAddress> senders) {
        int length = inner.length();
        if (!inner.failed()
                && (length == IPV4_BYTES || length == IPV6_BYTES)
                && senders.size() < Announcement.MAX_SENDERS) {
            byte[] bytes = Arrays.copyOfRange(inner.buffer(), inner.position(), inner.position() + length);
            senders.add(address(bytes));
        }
        inner.advance(length);
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + bytes.length + " bytes", e);
        }
    }

    private static String text(WireReader reader, int limit) {
        int length = reader.length();
        String text = new String(reader.buffer(), reader.position(), Math.min(length, limit), StandardCharsets.UTF_8);
        reader.advance(length);
        return ControlCodec.printable(text);
    }
}
