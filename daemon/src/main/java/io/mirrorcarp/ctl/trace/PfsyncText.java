// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.trace;

import io.mirrorcarp.pfsync.auth.FrameOpener;
import io.mirrorcarp.pfsync.auth.Keyring;
import io.mirrorcarp.pfsync.flows.FlowName;
import io.mirrorcarp.pfsync.message.Action;
import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.message.Answer;
import io.mirrorcarp.pfsync.message.Change;
import io.mirrorcarp.pfsync.message.ChangeDecoder;
import io.mirrorcarp.pfsync.message.Control;
import io.mirrorcarp.pfsync.message.ControlCodec;
import io.mirrorcarp.pfsync.message.FrameHeader;
import io.mirrorcarp.pfsync.message.Question;
import io.mirrorcarp.pfsync.message.Rejection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Frames of the state channel in words: what their header says, and with a key what is sealed in them. */
public final class PfsyncText implements FrameText {
    /** The IP protocol number. */
    public static final int PROTOCOL = 240;

    private static final int ETHERNET = 14;
    private static final int TYPE_IPV4 = 0x0800;
    private static final int IPV6_HEADER = 40;
    private static final int SHORTEST_IPV4_HEADER = 20;
    private static final int SHOWN_CHANGES = 8;

    private final Optional<FrameOpener> opener;
    private final FrameHeader header = new FrameHeader();
    private final ChangeDecoder decoder = new ChangeDecoder();
    private final Change change = new Change();
    private final ControlCodec codec = new ControlCodec();
    private final Control control = new Control();

    /** @param keys empty to show no more than the headers */
    public PfsyncText(Optional<Keyring> keys) {
        opener = keys.map(FrameOpener::new);
    }

    @Override
    public String of(ByteBuffer buffer) {
        ByteBuffer frame = buffer.slice().order(ByteOrder.BIG_ENDIAN);
        int start = payloadStart(frame);
        if (start < 0 || start > frame.limit()) {
            return "PFSYNC cut short";
        }
        byte[] bytes = new byte[payloadEnd(frame, start) - start];
        frame.get(start, bytes);
        return addresses(frame) + " PFSYNC " + text(bytes);
    }

    private static int payloadStart(ByteBuffer frame) {
        if (frame.limit() < ETHERNET + SHORTEST_IPV4_HEADER) {
            return -1;
        }
        return isIpv4(frame) ? ETHERNET + 4 * (frame.get(ETHERNET) & 0x0f) : ETHERNET + IPV6_HEADER;
    }

    private static boolean isIpv4(ByteBuffer frame) {
        return Short.toUnsignedInt(frame.getShort(12)) == TYPE_IPV4;
    }

    /** A short frame is padded: the IP header tells where its content ends. */
    private static int payloadEnd(ByteBuffer frame, int start) {
        int told = isIpv4(frame)
                ? ETHERNET + Short.toUnsignedInt(frame.getShort(ETHERNET + 2))
                : ETHERNET + IPV6_HEADER + Short.toUnsignedInt(frame.getShort(ETHERNET + 4));
        return Math.max(start, Math.min(told, frame.limit()));
    }

    private static String addresses(ByteBuffer frame) {
        return isIpv4(frame)
                ? "IP " + address(frame, ETHERNET + 12, 4) + " > " + address(frame, ETHERNET + 16, 4)
                : "IP6 " + address(frame, ETHERNET + 8, 16) + " > " + address(frame, ETHERNET + 24, 16);
    }

    private static String address(ByteBuffer frame, int offset, int length) {
        byte[] bytes = new byte[length];
        if (frame.limit() < offset + length) {
            return "?";
        }
        frame.get(offset, bytes);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private String text(byte[] bytes) {
        Rejection fault = header.parse(bytes, 0, bytes.length);
        if (fault != null) {
            return "no frame of ours: " + fault.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ", length "
                    + bytes.length;
        }
        return "v" + header.version + (header.stream ? " stream " : " control ") + header.sequence + " from "
                + HexFormat.of().toHexDigits(header.creatorId) + " epoch "
                + HexFormat.of().toHexDigits(header.epoch) + " key " + header.keyId + ", length " + bytes.length + ": "
                + content(bytes);
    }

    private String content(byte[] bytes) {
        if (opener.isEmpty()) {
            return "sealed";
        }
        byte[] payload = new byte[header.sealedLength];
        int length = opener.get().open(header, bytes, 0, payload);
        if (length < 0) {
            return "sealed, and not by a key of this node";
        }
        return header.stream ? changes(payload, length) : control(payload, length);
    }

    private String changes(byte[] payload, int length) {
        decoder.wrap(payload, 0, length);
        StringBuilder text = new StringBuilder();
        int count = 0;
        while (decoder.next(change)) {
            if (count < SHOWN_CHANGES) {
                text.append(count == 0 ? "" : "; ").append(words(change));
            }
            count++;
        }
        if (count > SHOWN_CHANGES) {
            text.append("; and ").append(count - SHOWN_CHANGES).append(" more");
        }
        Rejection fault = decoder.rejection();
        return text + (fault == null ? "" : " malformed: " + fault.name().toLowerCase(Locale.ROOT));
    }

    private static String words(Change change) {
        String action = change.action.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        if (change.action == Action.BULK_START || change.action == Action.BULK_END || change.action == Action.DIGESTS) {
            return action;
        }
        FlowName flow = FlowName.of(change.state);
        return action + " " + flow.protocol() + " " + flow.source() + ":" + flow.sourcePort() + " > "
                + flow.destination() + ":" + flow.destinationPort() + (flow.zone() == 0 ? "" : " zone " + flow.zone());
    }

    private String control(byte[] payload, int length) {
        control.clear();
        @Nullable Rejection fault = codec.read(payload, 0, length, control);
        if (fault != null) {
            return "malformed: " + fault.name().toLowerCase(Locale.ROOT);
        }
        StringBuilder text = new StringBuilder();
        if (control.heartbeat) {
            text.append("heartbeat of ")
                    .append(printable(control.node))
                    .append(", sent ")
                    .append(control.sent)
                    .append(", entries ")
                    .append(control.entries)
                    .append(control.complete ? "" : ", not whole")
                    .append(control.demoted ? ", demoted" : "")
                    .append(announcement(control.announcement));
        }
        add(text, control.goodbye ? 1 : 0, "goodbye");
        add(text, control.resignationCount, "resignations");
        add(text, control.reportCount, "reports");
        add(text, control.repairCount, "repairs");
        add(text, control.bulkRequestCount, "bulk requests");
        talk(text);
        add(text, control.padding ? 1 : 0, "padding");
        return text.toString();
    }

    private static String announcement(Announcement announcement) {
        String version = announcement.version().isEmpty() ? "" : ", carpd " + printable(announcement.version());
        String masters = announcement.hosts().stream()
                .filter(Announcement.Host::master)
                .map(host -> printable(host.name()))
                .collect(Collectors.joining(" "));
        return version
                + (masters.isEmpty() ? "" : ", master of " + masters)
                + (announcement.notReady().isEmpty()
                        ? ""
                        : ", not ready: " + printable(String.join("; ", announcement.notReady())));
    }

    /** Of a question its first word only: what follows may be a new passphrase. */
    private void talk(StringBuilder text) {
        Question question = control.question;
        if (question != null) {
            String word = printable(question.text().split(" ", 2)[0]);
            add(text, 1, "question \"" + word + "\" to " + HexFormat.of().toHexDigits(question.creatorId()));
        }
        Answer answer = control.answer;
        if (answer != null) {
            add(
                    text,
                    1,
                    "answer to " + HexFormat.of().toHexDigits(answer.creatorId()) + ", part " + (answer.part() + 1)
                            + " of " + answer.parts() + ", " + answer.text().length + " bytes");
        }
    }

    private static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }

    private static void add(StringBuilder text, int count, String what) {
        if (count > 0) {
            text.append(text.isEmpty() ? "" : ", ").append(what);
            if (count > 1) {
                text.append(' ').append(count);
            }
        }
    }
}
