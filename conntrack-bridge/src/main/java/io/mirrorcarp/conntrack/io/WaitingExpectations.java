// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.entry.Attachment;
import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.FlowHash;
import io.mirrorcarp.conntrack.netlink.Ctnetlink;
import io.mirrorcarp.conntrack.netlink.EntryReader;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What helpers expect at one moment, by the flow that expects it: so that a peer which gets a flow out of a dump gets its expectations too. There are as many as
 * nf_conntrack_expect_max allows, 4096 by default.
 */
final class WaitingExpectations {
    /** No expectation of the flow is left. */
    static final int NO_MORE = -1;

    private static final Logger LOG = LoggerFactory.getLogger("conntrack");

    private final Long2ObjectHashMap<List<Attachment>> byMaster = new Long2ObjectHashMap<>();
    private final ConntrackEntry master = new ConntrackEntry();
    private final Attachment plain = new Attachment();

    /** Reads all of them. Without an answer of the kernel there are none. */
    void read() {
        byMaster.clear();
        try (NetlinkExchange exchange = NetlinkExchange.open(Netlink.PROTOCOL_NETFILTER)) {
            exchange.begin(Ctnetlink.TYPE_EXPECT_GET, Netlink.DUMP)
                    .headerU8(0)
                    .headerU8(0)
                    .headerBe16(0);
            exchange.dump("list expectations", this::add);
        } catch (ErrnoException e) {
            LOG.warn("{}: a peer that asks for everything lacks what helpers expect", e.getMessage());
        }
    }

    private void add(NetlinkReader message) {
        if (message.type() == Ctnetlink.TYPE_EXPECT_NEW && EntryReader.readExpectation(message, master)) {
            put(master);
        }
    }

    /** Notes an expectation, which is the attachment of the key of the flow that expects. */
    void put(ConntrackEntry expecting) {
        Attachment expectation = new Attachment();
        expectation.copyFrom(expecting.attachment);
        byMaster.computeIfAbsent(FlowHash.of(expecting.original, expecting.zone), hash -> new ArrayList<>())
                .add(expectation);
    }

    /** Whether something is expected because of this flow. */
    boolean has(ConntrackEntry entry) {
        return !byMaster.isEmpty() && byMaster.containsKey(FlowHash.of(entry.original, entry.zone));
    }

    /**
     * Adds to an entry's attachment what its helper expects, as much as fits.
     *
     * @param from how many of its expectations were told already, 0 at first; then the entry is the one of the call before
     * @return how many are told with this call, or {@link #NO_MORE} when none is left
     */
    int attach(ConntrackEntry entry, int from) {
        List<Attachment> expected = byMaster.isEmpty() ? null : byMaster.get(FlowHash.of(entry.original, entry.zone));
        if (expected == null) {
            return NO_MORE;
        }
        if (from == 0) {
            plain.copyFrom(entry.attachment);
        } else {
            entry.attachment.copyFrom(plain);
        }
        int next = from;
        while (next < expected.size() && entry.attachment.append(expected.get(next))) {
            next++;
        }
        // One that fits into no record at all is left out.
        return next == expected.size() || next == from ? NO_MORE : next;
    }
}
