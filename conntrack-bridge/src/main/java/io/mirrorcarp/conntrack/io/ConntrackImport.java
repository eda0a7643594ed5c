// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.StateMapping;
import io.mirrorcarp.conntrack.entry.Attachment;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.io.ImportSlot.Request;
import io.mirrorcarp.conntrack.netlink.Ctnetlink;
import io.mirrorcarp.conntrack.netlink.EntryReader;
import io.mirrorcarp.conntrack.netlink.RequestWriter;
import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import io.mirrorcarp.pfsync.message.RefusedImport;
import io.mirrorcarp.pfsync.message.StateRecord;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes peers' flows into the kernel's table. Changes are queued and sent together; the kernel carries them out one by one within the
 * send. It answers failures only, and the last request of a send, which thereby proves that all were executed. What failed for a
 * reason that another request can mend is sent again, before {@link #flush()} returns.
 *
 * <p>Order: the requests of one send are carried out as queued. A change is not tried again when a later one of the same
 * flow is in the send, since each says all there is to say about its flow.
 */
final class ConntrackImport implements AutoCloseable {
    /** Changes in one send. At one failure each, the answers take a tenth of the receive buffer. */
    private static final int BATCH = 256;

    private static final int SEND_BYTES = BATCH * 2048;
    /** Room in the kernel for a send with its bookkeeping. */
    private static final int SEND_BUFFER_BYTES = 4 * SEND_BYTES;

    /** More failures are only counted: the sweep finds what is missing. */
    private static final int REFUSED_MAXIMUM = 1024;

    private static final int RECEIVE_BUFFER_BYTES = 4 << 20;
    private static final int ANSWERS = 64;
    private static final int ANSWER_BYTES = 2048;

    private final NetlinkSocket socket;
    private final CounterSet<ConntrackCounter> counters;
    private boolean helper;
    private final ImportFailures failures;
    private final NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(SEND_BYTES));
    private final RequestWriter requests = new RequestWriter();
    private final MessageBatch answers = new MessageBatch(ANSWERS, ANSWER_BYTES);
    private final NetlinkReader reader = new NetlinkReader();
    private final ConntrackEntry found = new ConntrackEntry();
    private final ImportSlot[] slots = new ImportSlot[BATCH];
    /** What failed and was not asked for yet. */
    private final Deque<RefusedImport> refused = new ArrayDeque<>();

    /** Slots in use. */
    private int count;
    /** Sequence number of slot 0 in the present send. */
    private int firstSequence;

    private ConntrackImport(NetlinkSocket socket, CounterSet<ConntrackCounter> counters) {
        this.socket = socket;
        this.counters = counters;
        this.failures = new ImportFailures(counters);
        for (int i = 0; i < BATCH; i++) {
            slots[i] = new ImportSlot();
        }
    }

    static ConntrackImport open(CounterSet<ConntrackCounter> counters) throws ErrnoException {
        NetlinkSocket socket = NetlinkSocket.open(Netlink.PROTOCOL_NETFILTER);
        try {
            socket.setSendBuffer(SEND_BUFFER_BYTES);
            socket.setReceiveBuffer(RECEIVE_BUFFER_BYTES);
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
        return new ConntrackImport(socket, counters);
    }

    /** Events of changes made here carry this id. */
    int portId() {
        return socket.portId();
    }

    /** Queues the creation of a flow; one that is there is updated. */
    void insert(StateRecord record) {
        queue(record, Request.CREATE);
    }

    /** Queues the update of a flow; one that is not there is created. */
    void update(StateRecord record) {
        queue(record, Request.UPDATE);
    }

    /** Queues the deletion of a flow; it need not be there. */
    void delete(StateRecord record) {
        queue(record, Request.DELETE);
    }

    /** Queues that the kernel takes segments of a TCP entry outside of its window; the entry need not be there any more. */
    void loosen(ConntrackEntry entry) {
        ImportSlot slot = slots[count];
        slot.entry.copyFrom(entry);
        begin(slot, Request.LOOSEN);
    }

    private void queue(StateRecord record, Request request) {
        ImportSlot slot = slots[count];
        boolean valid = request == Request.DELETE
                ? StateMapping.toKey(record, slot.entry)
                : StateMapping.toEntry(record, slot.entry);
        if (!valid) {
            failures.onRefused();
            if (request != Request.DELETE) {
                RefusedImport one = new RefusedImport();
                one.wanted.copyFrom(record);
                refuse(one);
            }
            return;
        }
        begin(slot, request);
    }

    private void begin(ImportSlot slot, Request request) {
        slot.begin(request);
        count++;
        if (count == BATCH) {
            flush();
        }
    }

    /** Carries out what is queued. */
    void flush() {
        while (count > 0) {
            exchange();
            if (!settle()) {
                count = 0;
            }
        }
    }

    /** Sends each slot's request, and gives it the kernel's answer. */
    private void exchange() {
        writer.clear();
        firstSequence += 2 * BATCH;
        int lastSequence = 0;
        for (int i = 0; i < count; i++) {
            if (slots[i].request() != Request.NOTHING) {
                lastSequence = write(slots[i], firstSequence + i);
            }
        }
        writer.acknowledgeLast();
        int errno = socket.send(writer.flip());
        if (errno != 0) {
            failUnanswered(errno);
        } else if (!readAnswers(lastSequence)) {
            failUnanswered(Errno.ENOBUFS);
        }
    }

    /** Returns the sequence number of the last message. */
    private int write(ImportSlot slot, int sequence) {
        switch (slot.request()) {
            case CREATE -> requests.create(writer, slot.entry, sequence);
            case UPDATE -> requests.update(writer, slot.entry, sequence, true);
            case UPDATE_WITHOUT_STATUS -> requests.update(writer, slot.entry, sequence, false);
            case DELETE -> requests.delete(writer, slot.entry, sequence);
            case LOOSEN -> requests.loosen(writer, slot.entry, sequence);
            case LOOKUP -> requests.get(writer, slot.entry, sequence);
            case LOOKUP_OCCUPANT -> requests.getByReply(writer, slot.entry, sequence);
            case REPLACE -> {
                // A sequence number of no slot: whether it was there to delete does not matter.
                requests.delete(writer, slot.entry, sequence + BATCH);
                requests.create(writer, slot.entry, sequence);
            }
            case NOTHING -> {}
        }
        return slot.writesEntry() && writeExpectations(slot.entry, sequence) ? sequence + BATCH : sequence;
    }

    /** What the flow's helper expects, behind the flow itself, under sequence numbers of no slot: one that is there already stays. Whether there was something. */
    private boolean writeExpectations(ConntrackEntry entry, int sequence) {
        Attachment attachment = entry.attachment;
        boolean written = false;
        for (int item = 0; item < attachment.length; item = attachment.next(item)) {
            helper |= attachment.type(item) == Attachment.HELPER;
            if (attachment.type(item) == Attachment.EXPECTATION) {
                requests.expect(writer, entry, item, sequence + BATCH);
                counters.increment(ConntrackCounter.EXPECTATIONS);
                written = true;
            }
        }
        return written;
    }

    /** Whether a flow that was written has a helper. */
    boolean sawHelper() {
        return helper;
    }

    /** Reads answers up to that to the last request. False when it does not come, so that others may be missing too. */
    private boolean readAnswers(int lastSequence) {
        while (true) {
            int received = socket.receive(answers);
            if (received <= 0) {
                return false;
            }
            boolean complete = false;
            for (int i = 0; i < received; i++) {
                reader.reset(answers.payload(i));
                while (reader.next()) {
                    readAnswer();
                    complete |= reader.type() == Netlink.TYPE_ERROR && reader.sequence() == lastSequence;
                }
            }
            if (complete) {
                return true;
            }
        }
    }

    private void readAnswer() {
        int index = reader.sequence() - firstSequence;
        if (index >= BATCH && index < BATCH + count && reader.type() == Netlink.TYPE_ERROR) {
            failures.onExpectation(reader.error());
        }
        if (index < 0 || index >= count) {
            return;
        }
        if (reader.type() == Netlink.TYPE_ERROR) {
            slots[index].onError(reader.error());
        } else if (reader.type() == Ctnetlink.TYPE_NEW && EntryReader.read(reader, found)) {
            onFound(slots[index]);
        }
    }

    private void onFound(ImportSlot slot) {
        slot.onFound(found);
        if (slot.request() == Request.LOOKUP_OCCUPANT && refused.size() < REFUSED_MAXIMUM) {
            RefusedImport one = new RefusedImport();
            StateMapping.toRecord(slot.entry, one.wanted);
            one.occupied = true;
            StateMapping.toRecord(found, one.occupant);
            refused.add(one);
            slot.onTold();
        }
    }

    /** Tells of one change that failed, and forgets it; false where there is none. */
    boolean takeRefused(RefusedImport taken) {
        RefusedImport one = refused.poll();
        if (one != null) {
            taken.wanted.copyFrom(one.wanted);
            taken.occupied = one.occupied;
            taken.occupant.copyFrom(one.occupant);
        }
        return one != null;
    }

    private void onFailed(ImportSlot slot, Request sent, int errno) {
        failures.onFailed(sent, errno);
        if (sent != Request.DELETE && sent != Request.LOOSEN && !slot.isTold()) {
            RefusedImport one = new RefusedImport();
            StateMapping.toRecord(slot.entry, one.wanted);
            refuse(one);
        }
    }

    private void refuse(RefusedImport one) {
        if (refused.size() < REFUSED_MAXIMUM) {
            refused.add(one);
        }
    }

    private void failUnanswered(int errno) {
        for (int i = 0; i < count; i++) {
            if (slots[i].error() == 0) {
                slots[i].onError(errno);
            }
        }
    }

    /** Draws the consequences of the answers. Returns whether there is more to send. */
    private boolean settle() {
        boolean more = false;
        for (int i = 0; i < count; i++) {
            ImportSlot slot = slots[i];
            Request sent = slot.request();
            if (sent == Request.NOTHING) {
                continue;
            }
            if (slot.isDone()) {
                countDone(slot);
                slot.end();
            } else {
                int errno = slot.error();
                boolean over = isSuperseded(i);
                if (over) {
                    slot.end();
                } else if (slot.advance() == Request.NOTHING) {
                    onFailed(slot, sent, errno);
                } else {
                    more = true;
                }
            }
        }
        return more;
    }

    private void countDone(ImportSlot slot) {
        switch (slot.request()) {
            case CREATE -> counters.increment(ConntrackCounter.CREATED);
            case REPLACE -> {
                counters.increment(ConntrackCounter.CREATED);
                counters.increment(ConntrackCounter.REPLACED);
            }
            case UPDATE, UPDATE_WITHOUT_STATUS -> counters.increment(ConntrackCounter.UPDATED);
            case DELETE -> {
                if (slot.error() == 0) {
                    counters.increment(ConntrackCounter.DELETED);
                }
            }
            case LOOSEN -> {
                if (slot.error() == 0) {
                    counters.increment(ConntrackCounter.LOOSENED);
                }
            }
            case LOOKUP, LOOKUP_OCCUPANT, NOTHING -> {}
        }
    }

    private boolean isSuperseded(int index) {
        for (int i = index + 1; i < count; i++) {
            if (slots[index].isSameFlow(slots[i])) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        socket.close();
    }
}
