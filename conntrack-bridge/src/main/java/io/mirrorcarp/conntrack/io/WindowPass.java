// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.StateMapping;
import io.mirrorcarp.conntrack.entry.Attachment;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.conntrack.entry.TcpConntrack;
import io.mirrorcarp.conntrack.netlink.Ctnetlink;
import io.mirrorcarp.conntrack.netlink.EntryReader;
import io.mirrorcarp.conntrack.netlink.RequestWriter;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.MessageBatch;
import io.mirrorcarp.netio.NetlinkSocket;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes every TCP entry of the table liberal. Of an entry that carried packets here before, the kernel remembers the window as it was when they went
 * another way, and would take the first segments after their return for invalid. From {@link #begin} on no segment is: the setting for the whole table stands in until
 * each entry has the flag of its own.
 *
 * <p>The pass itself waits until the takeover is over. The kernel walks over all its hash buckets for it, and on a processor without preemption that is 10 ms in which not even the thread of the election
 * runs there. Then it is done bit by bit. Where a flow has a helper it does not wait: nothing stands in for the place in the stream that a helper remembers, and the first command that it misses is not translated.
 *
 * <p>Beside a SYN proxy it does not wait either, and mends the copies of handshakes, which the proxy would take for its own ({@link SynProxyRules}). One that was answered becomes established: the proxy
 * leaves it alone, and the kernel passes what is repeated of the handshake. One that was not is deleted: its client repeats the SYN, and it begins anew. So is what is left of a
 * connection that was reset, since its ports may be used again.
 */
final class WindowPass implements AutoCloseable {
    private static final int REQUEST_BYTES = 64;
    /** The first timer of all has the number 0. */
    private static final long NO_TIMER = -1;

    private static final long RETRY_MILLIS = 100;
    /** After the last address is taken, with the setting in its place meanwhile. */
    private static final long DELAY_MILLIS = 250;
    /** Between two batches while the setting stands in: states of flows are told, and taken, meanwhile. */
    private static final long PACE_MILLIS = 2;

    private static final Logger LOG = LoggerFactory.getLogger("conntrack");

    private final ConntrackImport importer;
    private final BooleanSupplier helpers;
    private final BooleanSupplier proxied;
    private final LiberalSetting setting;
    private final long delayMillis;
    private final MessageBatch batch = new MessageBatch(1, ConntrackDump.SMALL_BATCH_BYTES);
    private final NetlinkWriter writer = new NetlinkWriter(ByteBuffer.allocateDirect(REQUEST_BYTES));
    private final NetlinkReader reader = new NetlinkReader();
    private final RequestWriter requests = new RequestWriter();
    private final ConntrackEntry entry = new ConntrackEntry();
    private final StateRecord record = new StateRecord();
    private final Handler<Void> step = nothing -> step();
    private @Nullable NetlinkSocket socket;
    private @Nullable Context context;
    private boolean running;
    private boolean waiting;
    private boolean hurried;
    private long timer = NO_TIMER;
    private boolean keptLiberal;

    private WindowPass(
            ConntrackImport importer,
            BooleanSupplier helpers,
            BooleanSupplier proxied,
            LiberalSetting setting,
            long delayMillis) {
        this.importer = importer;
        this.helpers = helpers;
        this.proxied = proxied;
        this.setting = setting;
        this.delayMillis = delayMillis;
    }

    /**
     * For the table of the calling thread's network namespace.
     *
     * @param helpers whether a flow may have a helper
     * @param proxied whether the packet filter has a SYN proxy
     */
    static WindowPass open(ConntrackImport importer, BooleanSupplier helpers, BooleanSupplier proxied) {
        return open(importer, helpers, proxied, DELAY_MILLIS);
    }

    /** With another delay, 1 or more. */
    static WindowPass open(
            ConntrackImport importer, BooleanSupplier helpers, BooleanSupplier proxied, long delayMillis) {
        return new WindowPass(importer, helpers, proxied, LiberalSetting.open(), delayMillis);
    }

    /** Begins, again from the first entry on where it runs already. On the loop of {@code context}, on which it goes on. */
    void begin(Context context) {
        this.context = context;
        setting.raise();
        closeSocket();
        running = true;
        hurried = !setting.isRaised() || helpers.getAsBoolean() || proxied.getAsBoolean();
        if (!hurried) {
            stepAfter(delayMillis, context);
        } else {
            context.owner().cancelTimer(timer);
            waiting = false;
            context.runOnContext(step);
        }
    }

    /** The steps that were asked for before that do nothing. */
    private void stepAfter(long millis, Context current) {
        waiting = true;
        goOnAfter(millis, current);
    }

    private void goOnAfter(long millis, Context current) {
        current.owner().cancelTimer(timer);
        timer = current.owner().setTimer(millis, id -> {
            waiting = false;
            step();
        });
    }

    /** Keeps the whole table liberal from now on, since this node sees one direction only; or no longer, when each entry has the flag of its own. */
    void keepLiberal(boolean keep, Context onLoop) {
        if (keep) {
            setting.raise();
        } else if (keptLiberal) {
            begin(onLoop);
        }
        keptLiberal = keep;
    }

    /** {@link LiberalSetting#hidden}. */
    Optional<String> hiddenSetting() {
        return setting.hidden();
    }

    /** What somebody else did to the setting for the whole table, to be told; null where nothing. To be called now and then. */
    @Nullable
    String lookAtSetting() {
        return setting.look();
    }

    /** Whether entries are still being made liberal. */
    boolean isRunning() {
        return running;
    }

    /** Whether the table is read only when the takeover is over. */
    boolean isWaiting() {
        return waiting;
    }

    private void step() {
        Context current = context;
        if (!running || waiting || current == null) {
            return;
        }
        try {
            if (socket == null) {
                request();
            }
            if (readBatch()) {
                end();
            } else if (hurried) {
                current.runOnContext(step);
            } else {
                goOnAfter(PACE_MILLIS, current);
            }
        } catch (ErrnoException e) {
            LOG.warn("making connections liberal begins again: {}", e.getMessage());
            closeSocket();
            stepAfter(RETRY_MILLIS, current);
        }
    }

    private void request() throws ErrnoException {
        NetlinkSocket opened = NetlinkSocket.open(Netlink.PROTOCOL_NETFILTER);
        socket = opened;
        requests.dump(writer.clear(), 1);
        int errno = opened.send(writer.flip());
        if (errno != 0) {
            throw new ErrnoException("ask for a dump", errno);
        }
    }

    /** Returns whether it was the last. */
    private boolean readBatch() throws ErrnoException {
        NetlinkSocket source = socket;
        int received = source == null ? 0 : source.receive(batch);
        if (received < 0) {
            throw new ErrnoException("read the dump", -received);
        }
        if (received == 0) {
            return false;
        }
        reader.reset(batch.payload(0));
        while (reader.next()) {
            if (reader.type() == Ctnetlink.TYPE_NEW) {
                readEntry();
            } else if (reader.type() == Netlink.TYPE_DONE || reader.type() == Netlink.TYPE_ERROR) {
                if (reader.error() != 0) {
                    throw new ErrnoException("dump the table", reader.error());
                }
                return true;
            }
        }
        importer.flush();
        return false;
    }

    private void readEntry() {
        if (!EntryReader.read(reader, entry) || entry.original.protocol != IpProtocol.TCP) {
            return;
        }
        if (isCopyThatAProxyTakes(entry) && proxied.getAsBoolean()) {
            mendHandshake();
        } else if (isStrict(entry)) {
            importer.loosen(entry);
        }
    }

    private void mendHandshake() {
        StateMapping.toRecord(entry, record);
        if (entry.protocolState == TcpConntrack.SYN_RECV) {
            record.protocolState = TcpConntrack.ESTABLISHED;
            importer.update(record);
        } else {
            importer.delete(record);
        }
    }

    /** Of a handshake that goes on, or that begins anew on the ports of a connection which was reset. */
    private static boolean isCopyThatAProxyTakes(ConntrackEntry entry) {
        boolean handshake = switch (entry.protocolState) {
            case TcpConntrack.SYN_SENT, TcpConntrack.SYN_RECV, TcpConntrack.SYN_SENT2, TcpConntrack.CLOSE -> true;
            default -> false;
        };
        return entry.hasProtocolState
                && handshake
                && entry.isLiberal()
                && (entry.tcpFlagsOriginal & TcpConntrack.MARK_OWN) == 0;
    }

    private static boolean isStrict(ConntrackEntry entry) {
        int flags = entry.tcpFlagsOriginal | entry.tcpFlagsReply;
        boolean strict = !entry.isLiberal() || (flags & TcpConntrack.FLAGS_OF_LAST_SEGMENTS) != 0;
        // A helper remembers its place in the stream, which may be an old one even where the window is not.
        return entry.hasProtocolState && (strict || entry.attachment.has(Attachment.HELPER));
    }

    private void end() {
        running = false;
        importer.flush();
        closeSocket();
        if (!keptLiberal) {
            setting.restore();
        }
    }

    private void closeSocket() {
        NetlinkSocket open = socket;
        socket = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        running = false;
        closeSocket();
        setting.close();
    }
}
