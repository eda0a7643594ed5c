// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.message;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Writes and reads the payload of a control frame. Not thread-safe. */
public final class ControlCodec {
    /** No encoded control message is longer. */
    public static final int MAX_BYTES =
            220 + Control.MAX_ITEMS * (2 * 48 + 92 + 14) + AnnouncementCodec.MAX_BYTES + DialogueCodec.MAX_BYTES;

    private static final int MAX_VHID = 255;
    /** Tag and length of the padding. */
    private static final int PADDING_HEADER_BYTES = 3;
    /** A path takes at most so many. */
    private static final int PATH_BYTES = 10;

    private final WireWriter writer = new WireWriter();
    private final WireReader frame = new WireReader();
    private final WireReader reader = new WireReader();
    private final AnnouncementCodec announcements = new AnnouncementCodec();
    private final DialogueCodec dialogue = new DialogueCodec();

    private int creatorId;
    private long epoch;
    private long third;
    private long fourth;
    private long fifth;
    private long sixth;
    private long seventh;
    private long eighth;
    private final BucketSet buckets = new BucketSet();

    /**
     * Writes {@code control}; a name beyond {@link Control#MAX_NAME_BYTES} is cut. The buffer has room for {@link #MAX_BYTES}.
     *
     * @return the position behind it
     */
    public int write(Control control, byte[] buffer, int offset) {
        writer.wrap(buffer, offset);
        if (control.heartbeat) {
            writeHeartbeat(control);
        }
        for (int i = 0; i < control.reportCount; i++) {
            int start = beginItem(2, control.reportCreatorId[i], control.reportEpoch[i]);
            writer.varintFieldIfSet(3, control.reportHeard[i]);
            writer.varintFieldIfSet(4, control.reportApplied[i]);
            writer.varintFieldIfSet(5, control.reportWindow[i]);
            writer.varintFieldIfSet(6, control.reportEqual[i] ? 1 : 0);
            writer.varintFieldIfSet(7, control.reportLongest[i]);
            writer.varintFieldIfSet(8, control.reportPaths[i]);
            writer.end(start);
        }
        for (int i = 0; i < control.repairCount; i++) {
            int start = beginItem(3, control.repairCreatorId[i], control.repairEpoch[i]);
            writer.varintFieldIfSet(3, control.repairFrom[i]);
            writer.varintFieldIfSet(4, control.repairTo[i]);
            writer.end(start);
        }
        for (int i = 0; i < control.bulkRequestCount; i++) {
            int start = beginItem(4, control.bulkCreatorId[i], control.bulkEpoch[i]);
            writer.varintFieldIfSet(3, control.bulkRequestId[i]);
            writer.varintFieldIfSet(4, control.bulkEverything[i] ? 1 : 0);
            writer.varintFieldIfSet(5, control.bulkCompare[i] ? 1 : 0);
            control.bulkBuckets[i].write(writer, 6);
            writer.varintFieldIfSet(7, control.bulkDump[i] ? 1 : 0);
            writer.end(start);
        }
        writer.varintFieldIfSet(5, control.goodbye ? 1 : 0);
        for (int i = 0; i < control.resignationCount; i++) {
            int start = writer.begin(6);
            writer.varintFieldIfSet(1, control.resignationVhid[i]);
            writer.fixed64FieldIfSet(2, control.resignationAddresses[i]);
            writer.end(start);
        }
        announcements.write(control.announcement, writer, 7);
        if (control.question != null) {
            dialogue.write(control.question, writer, 8);
        }
        if (control.answer != null) {
            dialogue.write(control.answer, writer, 9);
        }
        writePath(control);
        return writer.position();
    }

    /**
     * Writes a message that says nothing but its path and is as long as wanted: whether it comes through tells what the path carries.
     *
     * @param control has the path
     * @param bytes at least 16
     * @return the position behind it
     */
    public int writePadding(Control control, byte[] buffer, int offset, int bytes) {
        int path = control.pathCount > 1 ? PATH_BYTES : 0;
        writer.wrap(buffer, offset);
        writer.bytesFieldIfSet(10, new byte[bytes], bytes - PADDING_HEADER_BYTES - path);
        writePath(control);
        return writer.position();
    }

    private void writePath(Control control) {
        if (control.pathCount > 1) {
            int start = writer.begin(11);
            writer.varintFieldIfSet(1, control.path);
            writer.varintFieldIfSet(2, control.pathCount);
            writer.varintFieldIfSet(3, control.pathsUp);
            writer.varintFieldIfSet(4, control.pathCopy);
            writer.end(start);
        }
    }

    private void writeHeartbeat(Control control) {
        byte[] name = control.node.getBytes(StandardCharsets.UTF_8);
        int start = writer.begin(1);
        writer.bytesFieldIfSet(
                1, name.length <= Control.MAX_NAME_BYTES ? name : Arrays.copyOf(name, Control.MAX_NAME_BYTES));
        writer.varintFieldIfSet(2, control.capabilities);
        writer.varintFieldIfSet(3, control.sent);
        writer.varintFieldIfSet(4, control.oldest);
        writer.varintFieldIfSet(5, control.interruptions);
        writer.varintFieldIfSet(6, control.complete ? 1 : 0);
        writer.varintFieldIfSet(7, control.demoted ? 1 : 0);
        writer.varintFieldIfSet(8, control.entries);
        writer.fixed64FieldIfSet(9, control.digest);
        writer.fixed64FieldIfSet(10, control.table);
        writer.varintFieldIfSet(11, versionField(control.lowestVersion));
        writer.varintFieldIfSet(12, versionField(control.highestVersion));
        writer.varintFieldIfSet(13, control.frameBytes);
        writer.end(start);
    }

    /** The lowest version goes without saying: who knows no other does not say it. */
    private static int versionField(int version) {
        return version == FrameHeader.LOWEST_VERSION ? 0 : version;
    }

    private static int version(long said) {
        return (int) Math.max(FrameHeader.LOWEST_VERSION, Math.min(said, Integer.MAX_VALUE));
    }

    private int beginItem(int field, int creatorId, long epoch) {
        int start = writer.begin(field);
        writer.fixed32FieldIfSet(1, creatorId);
        writer.fixed64FieldIfSet(2, epoch);
        return start;
    }

    /**
     * Reads a control message into {@code control}. Unknown fields are passed over.
     *
     * @return null, or why the frame is dropped; {@code control} is then not to be used
     */
    public @Nullable Rejection read(byte[] buffer, int offset, int length, Control control) {
        control.clear();
        frame.wrap(buffer, offset, offset + length);
        boolean inRange = true;
        for (int field = frame.nextField(); field != 0; field = frame.nextField()) {
            switch (field) {
                case 1 -> inRange &= readHeartbeat(control);
                case 2, 3, 4 -> inRange &= readItem(field, control);
                case 5 -> control.goodbye = frame.varint() != 0;
                case 6 -> inRange &= readResignation(control);
                case 7 -> {
                    enter();
                    control.announcement = announcements.read(reader);
                    leave();
                }
                case 8 -> {
                    enter();
                    control.question = dialogue.readQuestion(reader);
                    inRange &= control.question != null;
                    leave();
                }
                case 9 -> {
                    enter();
                    control.answer = dialogue.readAnswer(reader);
                    inRange &= control.answer != null;
                    leave();
                }
                case 10 -> {
                    control.padding = true;
                    frame.skip();
                }
                case 11 -> inRange &= readPath(control);
                default -> frame.skip();
            }
        }
        if (frame.failed()) {
            return Rejection.BAD_LENGTH;
        }
        return inRange ? null : Rejection.BAD_VALUES;
    }

    private boolean readHeartbeat(Control control) {
        enter();
        boolean inRange = !control.heartbeat;
        control.heartbeat = true;
        for (int field = reader.nextField(); field != 0; field = reader.nextField()) {
            switch (field) {
                case 1 -> inRange &= readName(control);
                case 2 -> control.capabilities = (int) reader.varint();
                case 3 -> control.sent = reader.varint();
                case 4 -> control.oldest = reader.varint();
                case 5 -> control.interruptions = reader.varint();
                case 6 -> control.complete = reader.varint() != 0;
                case 7 -> control.demoted = reader.varint() != 0;
                case 8 -> control.entries = reader.varint();
                case 9 -> control.digest = reader.fixed64();
                case 10 -> control.table = reader.fixed64();
                case 11 -> control.lowestVersion = version(reader.varint());
                case 12 -> control.highestVersion = version(reader.varint());
                case 13 -> control.frameBytes = (int) Math.max(0, Math.min(reader.varint(), Integer.MAX_VALUE));
                default -> reader.skip();
            }
        }
        leave();
        return inRange && (control.sent | control.oldest | control.interruptions | control.entries) >= 0;
    }

    private boolean readName(Control control) {
        int length = reader.length();
        if (length > Control.MAX_NAME_BYTES) {
            reader.advance(length);
            return false;
        }
        String name = new String(reader.buffer(), reader.position(), length, StandardCharsets.UTF_8);
        reader.advance(length);
        control.node = printable(name);
        return true;
    }

    /** The name goes into logs and terminals: what could move a cursor there becomes a question mark. */
    static String printable(String name) {
        StringBuilder clean = new StringBuilder(name.length());
        name.codePoints()
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    private boolean readPath(Control control) {
        enter();
        long index = 0;
        long count = 0;
        long up = 0;
        long copy = 0;
        for (int field = reader.nextField(); field != 0; field = reader.nextField()) {
            switch (field) {
                case 1 -> index = reader.varint();
                case 2 -> count = reader.varint();
                case 3 -> up = reader.varint();
                case 4 -> copy = reader.varint();
                default -> reader.skip();
            }
        }
        leave();
        if (count < 1 || count > Control.MAX_PATHS || index < 0 || index >= count || copy < 0 || copy > index) {
            return false;
        }
        control.path = (int) index;
        control.pathCount = (int) count;
        control.pathsUp = (int) up & ((1 << control.pathCount) - 1);
        control.pathCopy = (int) copy;
        return true;
    }

    private boolean readResignation(Control control) {
        enter();
        long vhid = 0;
        long addresses = 0;
        for (int field = reader.nextField(); field != 0; field = reader.nextField()) {
            switch (field) {
                case 1 -> vhid = reader.varint();
                case 2 -> addresses = reader.fixed64();
                default -> reader.skip();
            }
        }
        leave();
        if (vhid < 1 || vhid > MAX_VHID || control.resignationCount == Control.MAX_ITEMS) {
            return false;
        }
        control.addResignation((int) vhid, addresses);
        return true;
    }

    private boolean readItem(int kind, Control control) {
        enter();
        creatorId = 0;
        epoch = 0;
        third = 0;
        fourth = 0;
        fifth = 0;
        sixth = 0;
        seventh = 0;
        eighth = 0;
        boolean inRange = true;
        buckets.fill();
        for (int field = reader.nextField(); field != 0; field = reader.nextField()) {
            switch (field) {
                case 1 -> creatorId = reader.fixed32();
                case 2 -> epoch = reader.fixed64();
                case 3 -> third = reader.varint();
                case 4 -> fourth = reader.varint();
                case 5 -> fifth = reader.varint();
                case 6 -> {
                    if (kind == 4) {
                        inRange &= buckets.read(reader);
                    } else if (kind == 2) {
                        sixth = reader.varint();
                    } else {
                        reader.skip();
                    }
                }
                case 7 -> {
                    if (kind == 4 || kind == 2) {
                        seventh = reader.varint();
                    } else {
                        reader.skip();
                    }
                }
                case 8 -> eighth = reader.varint();
                default -> reader.skip();
            }
        }
        leave();
        return inRange && !reader.failed() && addItem(kind, control);
    }

    private boolean addItem(int kind, Control control) {
        if (creatorId == 0 || epoch == 0 || (third | fourth | fifth) < 0) {
            return false;
        }
        int before;
        int after;
        if (kind == 2) {
            before = control.reportCount;
            int window = (int) Math.min(fifth, Integer.MAX_VALUE);
            control.addReport(creatorId, epoch, third, fourth, window, sixth != 0);
            control.setLongest((int) Math.max(0, Math.min(seventh, Integer.MAX_VALUE)));
            control.setPaths((int) eighth & ((1 << Control.MAX_PATHS) - 1));
            after = control.reportCount;
        } else if (kind == 3) {
            before = control.repairCount;
            control.addRepair(creatorId, epoch, third, fourth);
            after = control.repairCount;
        } else {
            before = control.bulkRequestCount;
            control.addBulkRequest(creatorId, epoch, third, fourth != 0, fifth != 0, seventh != 0, buckets);
            after = control.bulkRequestCount;
        }
        return after > before;
    }

    private void enter() {
        int length = frame.length();
        reader.wrap(frame.buffer(), frame.position(), frame.position() + length);
        frame.advance(length);
    }

    private void leave() {
        if (reader.failed()) {
            frame.fail();
        }
    }
}
