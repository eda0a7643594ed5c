// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.hold.io;

import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.nftables.DataType;
import io.mirrorcarp.netio.nftables.ElementSet;
import io.mirrorcarp.netio.nftables.Hook;
import io.mirrorcarp.netio.nftables.OwnedTable;
import io.mirrorcarp.netio.nftables.Rule;
import io.mirrorcarp.netio.nftables.TableFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The rules that send packets without a state into a queue, in a table that this process owns: it ends with the process.
 *
 * <p>Behind connection tracking and before all filters of the administrator: what is {@code ct state invalid}. In front of the filters for what is to this host: a UDP packet
 * that would open a connection, and for which there is no socket. It is the answer to a connection that another node translated, or nothing that anybody waits for.
 */
final class HoldRules implements AutoCloseable {
    /** How many packets a second go into the queue, of each of the two kinds. It bounds what a flood costs. */
    static final int MOST_PER_SECOND = 40_000;

    private static final int BURST = 4_000;

    /** Connection tracking has -200. */
    private static final int BEHIND_TRACKING = -199;

    private static final int BEFORE_FILTERS = -199;
    private static final String INVALID = "invalid";
    private static final String UNKNOWN = "unknown";
    /** Sources of packets that nobody waits for. */
    private static final ElementSet STRAYS_IPV4 = new ElementSet("strays4", DataType.IPV4_ADDRESS, null);

    private static final ElementSet STRAYS_IPV6 = new ElementSet("strays6", DataType.IPV6_PREFIX, null);
    private static final int MOST_STRAYS = 1_024;
    private static final int IPV4_SOURCE = 12;
    private static final int IPV6_SOURCE = 8;

    private static final ElementSet INTERFACES = new ElementSet("interfaces", DataType.INTERFACE, null);

    private final OwnedTable table;
    private int strays;

    private HoldRules(OwnedTable table) {
        this.table = table;
    }

    /** Makes the table, without interfaces yet, in the network namespace of the calling thread. */
    static HoldRules open(int queue) throws ErrnoException {
        OwnedTable table = OwnedTable.open(TableFamily.INET, "carpd: packets that outran their state");
        try {
            try {
                fill(table, queue, false);
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ENOENT && e.errno() != Errno.EOPNOTSUPP) {
                    throw e;
                }
                fill(table, queue, true);
            }
            return new HoldRules(table);
        } catch (ErrnoException e) {
            table.close();
            throw e;
        }
    }

    private static void fill(OwnedTable table, int queue, boolean byTarget) throws ErrnoException {
        table.add(INTERFACES).add(STRAYS_IPV4).add(STRAYS_IPV6);
        passStrays(table.addChain(INVALID, Hook.PREROUTING, BEHIND_TRACKING), INVALID);
        passStrays(table.addChain(UNKNOWN, Hook.INPUT, BEFORE_FILTERS), UNKNOWN);
        table.addRule(INVALID, send(came().connectionState(Rule.STATE_INVALID), queue, byTarget))
                .addRule(UNKNOWN, came().ipProtocol(IpProtocol.UDP).hasSocket().accept())
                .addRule(
                        UNKNOWN,
                        send(
                                came().packetTypeHost()
                                        .ipProtocol(IpProtocol.UDP)
                                        .connectionState(Rule.STATE_NEW),
                                queue,
                                byTarget))
                .commit("make the rules that hold packets");
    }

    /** A flood is passed over by the kernel, so that it takes no part of what is looked at. */
    private static void passStrays(OwnedTable table, String chain) {
        table.addRule(
                        chain,
                        new Rule()
                                .ipVersion(4)
                                .load(1, Rule.Base.NETWORK, IPV4_SOURCE, Integer.BYTES)
                                .isIn(1, STRAYS_IPV4)
                                .accept())
                .addRule(
                        chain,
                        new Rule()
                                .ipVersion(6)
                                .load(1, Rule.Base.NETWORK, IPV6_SOURCE, Long.BYTES)
                                .isIn(1, STRAYS_IPV6)
                                .accept());
    }

    private static Rule came() {
        return new Rule().interfaceIsIn(INTERFACES);
    }

    private static Rule send(Rule rule, int queue, boolean byTarget) {
        Rule limited = rule.atMostPerSecond(MOST_PER_SECOND, BURST);
        return byTarget ? limited.queueByTarget(queue) : limited.queue(queue);
    }

    /**
     * Holds nothing of a source until {@link #forgive}.
     *
     * @param source an IPv4 address, or the first half of an IPv6 address
     */
    void passOver(byte[] source) throws ErrnoException {
        if (strays < MOST_STRAYS) {
            strays++;
            ElementSet set = source.length == Integer.BYTES ? STRAYS_IPV4 : STRAYS_IPV6;
            table.addElement(set, source).commit("pass over a source of stray packets");
        }
    }

    /** Forgets the sources that are passed over. */
    void forgive() throws ErrnoException {
        if (strays > 0) {
            strays = 0;
            table.deleteElements(STRAYS_IPV4)
                    .deleteElements(STRAYS_IPV6)
                    .commit("forgive the sources of stray packets");
        }
    }

    /** Holds what comes in by an interface. */
    void add(int ifindex) throws ErrnoException {
        table.addElement(INTERFACES, key(ifindex)).commit("hold packets of interface " + ifindex);
    }

    /** No longer. */
    void remove(int ifindex) throws ErrnoException {
        table.deleteElement(INTERFACES, key(ifindex)).commit("hold no packets of interface " + ifindex);
    }

    private static byte[] key(int ifindex) {
        byte[] key = new byte[Integer.BYTES];
        ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).putInt(ifindex);
        return key;
    }

    @Override
    public void close() {
        table.close();
    }
}
