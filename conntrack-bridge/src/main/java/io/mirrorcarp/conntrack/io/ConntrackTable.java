// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.StateMapping;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.FlowChoice;
import io.mirrorcarp.conntrack.entry.FlowSieve;
import io.mirrorcarp.counter.CounterSet;
import io.mirrorcarp.netio.BurstPace;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.EventLoopDescriptor;
import io.mirrorcarp.pfsync.ReplicatedTable;
import io.mirrorcarp.pfsync.StateEvents;
import io.mirrorcarp.pfsync.message.RefusedImport;
import io.mirrorcarp.pfsync.message.StateRecord;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local kernel's connection tracking table, as the replication sees it. It lives in the network namespace of the thread that
 * opens it; from {@link #start} on it belongs to the loop of that context, which is in the same namespace.
 *
 * <p>The kernel queues events from the moment of {@link #open} on, and they are told from {@link #start} on.
 */
public final class ConntrackTable implements ReplicatedTable {
    /** How far apart events are read while processor time is the bound: what a peer lacks when this node dies is as young as that. */
    private static final long PAUSE_NANOS = 1_300_000;

    /** The same while few connections open: a processor has the time for more wake-ups, and a flow waits for a tenth of that. */
    private static final long SHORT_PAUSE_NANOS = 150_000;

    /** How often it is asked whether half-open connections can be told again, and new flows listened to: no event may come that asks. */
    private static final long ADAPT_MILLIS = 50;

    /** So many copies for each time that it is asked may be reason not to listen. */
    private static final int COPIES_TO_ADAPT = 100;

    private static final long WATCH_MILLIS = 1_000;
    private static final long NO_TIMER = -1;
    /** Of the watch: the first and then one of so many reads the rules. */
    private static final int LOOKS_FOR_RULES = 10;

    private static final Logger LOG = LoggerFactory.getLogger("conntrack");

    /** How to close what was opened, the last first. */
    private final Deque<Runnable> opened = new ArrayDeque<>();

    private final CounterSet<ConntrackCounter> counters = new CounterSet<>(ConntrackCounter.class);
    private final ChangedFlows changed = new ChangedFlows();
    private final OwnAddresses own = new OwnAddresses();
    private final AddressWatch addresses;
    private final BurstPace pace = new BurstPace(SHORT_PAUSE_NANOS);
    private final TableSize size;
    private final long identity;
    private final ConntrackImport importer;
    private final EntryLookup lookup;
    private final ConntrackEntry wanted = new ConntrackEntry();
    private final ConntrackEventSocket eventSocket;
    private final ConntrackDump dump;
    private final WindowPass windows;
    private final FlushWitness witness;
    private final EventsWatch eventsWatch = new EventsWatch();
    private final NatHookWatch natHooks = new NatHookWatch();
    private final SynProxyRules synProxy = new SynProxyRules();
    private final Handler<Void> readDumpBatch = this::readDumpBatch;
    private @Nullable StateEvents events;
    private @Nullable Context context;
    private @Nullable EventLoopDescriptor registration;
    /** A batch was asked for and is not read yet. */
    private boolean batchWanted;

    private boolean adaptArmed;
    /** Since it was asked last. */
    private int copies;

    private long watchTimer = NO_TIMER;
    private int looks;
    private boolean proxied;

    private final Admission told;
    private FlowSieve taken;
    private boolean takesAll;
    private final ConntrackEntry offered = new ConntrackEntry();

    private ConntrackTable(ConntrackSettings settings) throws IOException {
        told = new Admission(new FlowSieve(settings.told()), own);
        taken = new FlowSieve(settings.taken());
        takesAll = settings.taken().equals(FlowChoice.ALL);
        try {
            addresses = AddressWatch.open(own);
            opened.push(addresses::close);
            size = TableSize.open();
            opened.push(size::close);
            importer = ConntrackImport.open(counters);
            opened.push(importer::close);
            lookup = EntryLookup.open();
            opened.push(lookup::close);
            witness = FlushWitness.open(lookup);
            opened.push(witness::close);
            witness.stand(System.nanoTime());
            identity = TableIdentity.read(witness.name());
            eventSocket =
                    ConntrackEventSocket.open(settings, told, importer.portId(), lookup, changed, witness, counters);
            opened.push(eventSocket::close);
            dump = new ConntrackDump(told, changed, witness, counters);
            opened.push(dump::close);
            windows = WindowPass.open(importer, () -> told.sawHelper() || importer.sawHelper(), synProxy::isPresent);
            opened.push(windows::close);
        } catch (IOException e) {
            closeOpened();
            throw e;
        }
    }

    /**
     * Opens the table of the calling thread's network namespace.
     *
     * @throws IOException when the kernel has no connection tracking or the process may not use it (CAP_NET_ADMIN)
     */
    public static ConntrackTable open(ConntrackSettings settings) throws IOException {
        return new ConntrackTable(settings);
    }

    /** Fails where the loop has no epoll. */
    @Override
    public Future<Void> start(Context context, StateEvents events) {
        this.context = context;
        this.events = events;
        return EventLoopDescriptor.register(context, eventSocket.descriptor(), pace, () -> drain(events))
                .map(registered -> {
                    registration = registered;
                    watch();
                    watchTimer = context.owner().setPeriodic(WATCH_MILLIS, id -> watch());
                    return null;
                });
    }

    private void watch() {
        witness.stand(System.nanoTime());
        addresses.look();
        StateEvents receiver = events;
        if (receiver != null) {
            if (looks++ % LOOKS_FOR_RULES == 0) {
                lookForSynProxy(receiver);
            }
            eventsWatch.look(receiver);
            String liberal = windows.lookAtSetting();
            if (liberal != null) {
                receiver.onNotice(liberal);
            }
        }
    }

    private void lookForSynProxy(StateEvents receiver) {
        boolean now = synProxy.look();
        if (now == proxied) {
            return;
        }
        try {
            eventSocket.setProxied(now);
        } catch (ErrnoException e) {
            LOG.warn("handshakes are told late: {}", e.getMessage());
        }
        proxied = now;
        receiver.onNotice(
                now
                        ? "the packet filter has a SYN proxy: peers are told of each step of a handshake, since the proxy would"
                                + " take a copied one for its own"
                        : "the packet filter has no SYN proxy any more");
    }

    private boolean drain(StateEvents events) {
        boolean emptied = eventSocket.drain(events);
        adapt(events);
        return emptied;
    }

    private void adapt(StateEvents events) {
        eventSocket.adapt(events, System.nanoTime());
        pace.setPauseNanos(eventSocket.tellsHalfOpen() ? SHORT_PAUSE_NANOS : PAUSE_NANOS);
        if (!eventSocket.tellsHalfOpen() || !eventSocket.listensToNew()) {
            armAdapt();
        }
    }

    private void armAdapt() {
        Context current = context;
        if (current != null && !adaptArmed) {
            adaptArmed = true;
            current.owner().setTimer(ADAPT_MILLIS, id -> onAdaptTimer());
        }
    }

    private void onAdaptTimer() {
        adaptArmed = false;
        copies = 0;
        StateEvents receiver = events;
        if (receiver != null) {
            adapt(receiver);
        }
    }

    /** Counters; any thread may read them. */
    public CounterSet<ConntrackCounter> counters() {
        return counters;
    }

    /** How many flows are in the table that no other node could carry on, by their kind; any thread may ask. */
    public Map<UncarriedKind, Integer> uncarried() {
        return told.uncarried().counts();
    }

    /** How many of the flows in the table a flowtable forwards, as the last dump showed it; any thread may ask. */
    public int offloaded() {
        return told.offloaded().count();
    }

    /** What the administrator set nf_conntrack_tcp_be_liberal to, while this table keeps it at 1 for a time; else empty. Any thread may ask. */
    public Optional<String> hiddenLiberal() {
        return windows.hiddenSetting();
    }

    @Override
    public long identity() {
        return identity;
    }

    /** Entries in the table; any thread may ask. */
    public long entries() {
        return size.entries();
    }

    /** Entries that the table may have: nf_conntrack_max; any thread may ask. */
    public long limit() {
        return size.limit();
    }

    @Override
    public void insert(StateRecord state) {
        changed.add(state.original, state.zone);
        natHooks.onImport(state);
        importer.insert(state);
        if (copies++ >= COPIES_TO_ADAPT) {
            armAdapt();
        }
    }

    @Override
    public void update(StateRecord state) {
        changed.add(state.original, state.zone);
        natHooks.onImport(state);
        importer.update(state);
    }

    @Override
    public void delete(StateRecord state) {
        changed.add(state.original, state.zone);
        importer.delete(state);
    }

    @Override
    public void distrustWindows() {
        Context current = context;
        if (current != null) {
            windows.begin(current);
        }
    }

    /**
     * Whether both directions of a connection may pass different nodes. Then every step of a handshake is told at once, and no segment is invalid because of a window that this
     * node did not see move. Does nothing before the start, and after the end; any thread may call it.
     */
    public void setAsymmetric(boolean asymmetric) {
        Context current = context;
        if (current != null) {
            current.runOnContext(now -> {
                windows.keepLiberal(asymmetric, current);
                try {
                    eventSocket.setAsymmetric(asymmetric);
                } catch (ErrnoException e) {
                    LOG.warn("handshakes are told late: {}", e.getMessage());
                }
            });
        }
    }

    @Override
    public boolean find(StateRecord key, StateRecord found) {
        if (!StateMapping.toKey(key, wanted) || !lookup.complete(wanted)) {
            return false;
        }
        StateMapping.toRecord(wanted, found);
        found.admitted = told.takes(wanted);
        return true;
    }

    /**
     * Other flows are told and taken from now on. One that was told, or taken, before is followed to its end all the same. Does nothing before the start, and after the end.
     *
     * @return done when the loop works by it
     */
    public Future<Void> choose(FlowChoice nowTold, FlowChoice nowTaken) {
        Context current = context;
        if (current == null) {
            return Future.succeededFuture();
        }
        Promise<Void> chosen = Promise.promise();
        current.runOnContext(now -> {
            told.choose(new FlowSieve(nowTold));
            taken = new FlowSieve(nowTaken);
            takesAll = nowTaken.equals(FlowChoice.ALL);
            chosen.complete();
        });
        return chosen.future();
    }

    @Override
    public boolean takes(StateRecord state) {
        // What has a value out of range is refused where it is written.
        return takesAll || !StateMapping.toEntry(state, offered) || taken.takes(offered);
    }

    @Override
    public void flush() {
        importer.flush();
    }

    @Override
    public boolean takeRefused(RefusedImport refused) {
        return importer.takeRefused(refused);
    }

    @Override
    public void startDump(boolean inBackground) {
        flush();
        dump.start(inBackground);
    }

    @Override
    public void continueDump() {
        Context current = context;
        if (current == null) {
            throw new IllegalStateException("not started");
        }
        batchWanted = true;
        current.runOnContext(readDumpBatch);
    }

    private void readDumpBatch(Void nothing) {
        StateEvents receiver = events;
        // Not, when the dump that it was asked of was cancelled meanwhile.
        if (receiver != null && batchWanted) {
            batchWanted = false;
            // The kernel writes the next batch when this one is read: with what is queued carried out.
            flush();
            dump.readBatch(receiver);
        }
    }

    @Override
    public void cancelDump() {
        batchWanted = false;
        dump.cancel();
    }

    /** Closes the sockets; what is queued is lost. */
    @Override
    public void close() {
        EventLoopDescriptor current = registration;
        registration = null;
        events = null;
        if (context != null) {
            context.owner().cancelTimer(watchTimer);
        }
        if (current != null) {
            current.deregister();
        }
        closeOpened();
    }

    private void closeOpened() {
        while (!opened.isEmpty()) {
            opened.pop().run();
        }
    }
}
