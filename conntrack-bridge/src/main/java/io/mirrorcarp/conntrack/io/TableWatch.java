// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.conntrack.netlink.Ctnetlink;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.netlink.Netlink;
import java.io.IOException;

/** How full the table is, in the network namespace of the thread that opens it. It needs no replication. */
public final class TableWatch implements AutoCloseable {
    /**
     * The table at one moment.
     *
     * @param entries nf_conntrack_count, ended entries that are kept until their end is told among them
     * @param limit nf_conntrack_max
     * @param dying how many of the entries have ended and are kept
     */
    public record Reading(long entries, long limit, long dying) {
        /** Nothing is known. */
        public static final Reading NONE = new Reading(0, 0, 0);

        /** How full it is, 0 to 100 and beyond. */
        public long percent() {
            return limit == 0 ? 0 : 100 * entries / limit;
        }
    }

    private final TableSize size;
    private final NetlinkExchange netlink;

    private TableWatch(TableSize size, NetlinkExchange netlink) {
        this.size = size;
        this.netlink = netlink;
    }

    /**
     * Opens it.
     *
     * @throws IOException when the kernel has no connection tracking
     */
    public static TableWatch open() throws IOException {
        TableSize size = TableSize.open();
        try {
            return new TableWatch(size, NetlinkExchange.open(Netlink.PROTOCOL_NETFILTER));
        } catch (ErrnoException e) {
            size.close();
            throw e;
        }
    }

    /** What can be read at once, by any thread, with what is known of the dying. */
    public Reading now(long dying) {
        return new Reading(size.entries(), size.limit(), dying);
    }

    /** Reads it; waits for the kernel, longer the more entries are dying. Not for two threads at once. */
    public Reading read() throws IOException {
        long[] dying = new long[1];
        netlink.begin(Ctnetlink.TYPE_GET_DYING, Netlink.DUMP)
                .headerU8(0)
                .headerU8(0)
                .headerBe16(0);
        netlink.dump("list dying entries", entry -> dying[0]++);
        return now(dying[0]);
    }

    @Override
    public void close() {
        netlink.close();
        size.close();
    }
}
