// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.Attachment;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.FlowHash;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.LongArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flows in the table that no other node could carry on. Events add and remove them, and a dump corrects what events missed. The first of each kind is logged. Up to
 * {@value #MOST} are counted.
 */
final class UncarriedFlows {
    private static final int MOST = 65_536;
    private static final UncarriedKind[] KINDS = UncarriedKind.values();
    /** Its place in {@link #KINDS}. */
    private static final int RULES_EXPECTATION = List.of(KINDS).indexOf(UncarriedKind.RULES_EXPECTATION);

    private static final Path DCCP_TIMEOUT = Path.of("/proc/sys/net/netfilter/nf_conntrack_dccp_timeout_open");
    private static final long ABSENT = -1;

    private static final Logger LOG = LoggerFactory.getLogger("conntrack");

    /** The hash of a flow to its kind's place in {@link #KINDS} and, above it, the round of dumps that saw it last. */
    private final Long2LongHashMap flows = new Long2LongHashMap(ABSENT);

    private final Set<UncarriedKind> told = EnumSet.noneOf(UncarriedKind.class);
    private final int[] amounts = new int[KINDS.length];
    private final OwnAddresses own;
    private final boolean tracksDccp;
    private long round;
    private volatile Map<UncarriedKind, Integer> counts = Map.of();
    private boolean changed;

    /** @param own the addresses of this node alone */
    UncarriedFlows(OwnAddresses own) {
        this(own, Files.exists(DCCP_TIMEOUT));
    }

    /** @param tracksDccp whether the kernel follows DCCP connections */
    UncarriedFlows(OwnAddresses own, boolean tracksDccp) {
        this.own = own;
        this.tracksDccp = tracksDccp;
    }

    /** Whether peers are not told of the flow, since it is one. It counts from now on; so does one that they are told of all the same. */
    boolean notices(ConntrackEntry entry) {
        int kind = kind(entry);
        if (kind < 0) {
            return false;
        }
        count(entry, kind);
        return KINDS[kind] != UncarriedKind.OWN_ADDRESS;
    }

    /** Whether an expectation of this flow would be refused elsewhere. The flow counts from now on, and peers are told of it all the same. */
    boolean noticesExpectation(ConntrackEntry master) {
        if (master.attachment.has(Attachment.HELPER)) {
            return false;
        }
        count(master, RULES_EXPECTATION);
        return true;
    }

    private void count(ConntrackEntry entry, int kind) {
        if (told.add(KINDS[kind])) {
            LOG.warn("flows of {} {}", KINDS[kind].words(), KINDS[kind].why());
        }
        long hash = FlowHash.of(entry.original, entry.zone);
        if (flows.size() < MOST || flows.containsKey(hash)) {
            long before = flows.put(hash, round * KINDS.length + kind);
            if (before == ABSENT) {
                amounts[kind]++;
                changed = true;
            }
        }
    }

    /** The flow ended, whatever it was. */
    void onEnd(ConntrackEntry entry) {
        if (!flows.isEmpty()) {
            forget(FlowHash.of(entry.original, entry.zone));
        }
    }

    private void forget(long hash) {
        long value = flows.remove(hash);
        if (value != ABSENT) {
            amounts[(int) (value % KINDS.length)]--;
            changed = true;
        }
    }

    /** A dump begins. */
    void beginDump() {
        round++;
    }

    /** The dump is complete: what neither it nor an event showed since it began is no longer there. */
    void endDump() {
        LongArrayList gone = new LongArrayList();
        flows.forEachLong((hash, value) -> {
            if (value / KINDS.length != round) {
                gone.addLong(hash);
            }
        });
        gone.forEachLong(this::forget);
        publish();
    }

    /** Makes what was noticed visible to {@link #counts()}; to be called at the end of a burst. */
    void publish() {
        if (changed) {
            changed = false;
            Map<UncarriedKind, Integer> now = new EnumMap<>(UncarriedKind.class);
            for (int i = 0; i < KINDS.length; i++) {
                if (amounts[i] > 0) {
                    now.put(KINDS[i], amounts[i]);
                }
            }
            counts = now;
        }
    }

    /** How many of each kind are in the table; without those of which there is none. Any thread may ask. */
    Map<UncarriedKind, Integer> counts() {
        return counts;
    }

    /** The place in {@link #KINDS}, or -1. */
    private int kind(ConntrackEntry entry) {
        int protocol = entry.original.protocol;
        Attachment attachment = entry.attachment;
        int helper = attachment.length == 0 ? -1 : attachment.find(Attachment.HELPER);
        for (int i = 0; i < KINDS.length; i++) {
            boolean is = switch (KINDS[i]) {
                case GRE -> protocol == IpProtocol.GRE;
                case OWN_ADDRESS -> own.isSourceOf(entry);
                case RULES_EXPECTATION -> false;
                case DCCP -> tracksDccp && protocol == IpProtocol.DCCP;
                default -> helper >= 0 && attachment.is(helper, KINDS[i].helper());
            };
            if (is) {
                return i;
            }
        }
        return -1;
    }
}
