// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.route;

import io.mirrorcarp.netio.BpfProgram;
import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Classic BPF programs that see each frame which comes in by an interface, from its Ethernet header on, and say whether it is dropped: traffic control with the classifier
 * bpf in direct-action mode (tc-bpf(8)). They run behind packet sockets, and before netfilter, VLANs, bridges and protocols.
 *
 * <p>A program ends with {@link BpfProgram.Builder#answer} of {@link #DROP} or {@link #NEXT}. One that reads behind the end of a frame passes it.
 *
 * <p>Filters outlive the process; so does the qdisc clsact, which stays. Works in the network namespace of the thread that opened it. For one thread at a time.
 */
public final class IngressFilters implements AutoCloseable {
    /** {@code TC_ACT_SHOT}. */
    public static final int DROP = 2;

    /** {@code TC_ACT_UNSPEC}: the next filter decides, or the frame passes. */
    public static final int NEXT = -1;

    private static final int LENGTH = 4;
    private static final int INSTRUCTIONS = 5;
    private static final int FLAGS = 8;
    private static final int CLASSIFIER_FLAGS = 9;
    private static final int DIRECT_ACTION = 1;
    private static final int NOT_IN_HARDWARE = 1;

    private final NetlinkExchange exchange;
    private final int priority;

    private IngressFilters(NetlinkExchange exchange, int priority) {
        this.exchange = exchange;
        this.priority = priority;
    }

    /**
     * Opens them.
     *
     * @param priority 1 to 65535, the lowest is asked first; no other kind of filter may have it
     */
    public static IngressFilters open(int priority) throws ErrnoException {
        return new IngressFilters(NetlinkExchange.open(Netlink.PROTOCOL_ROUTE), priority);
    }

    /**
     * Makes an interface ready, unless it is.
     *
     * @throws ErrnoException ENOENT where the kernel has no {@code sch_ingress}, EPERM without CAP_NET_ADMIN
     */
    public void prepare(int ifindex) throws ErrnoException {
        TrafficControl.begin(
                        exchange,
                        TrafficControl.NEWQDISC,
                        Netlink.CREATE | Netlink.EXCLUSIVE,
                        ifindex,
                        TrafficControl.HANDLE_INGRESS,
                        TrafficControl.PARENT_INGRESS,
                        0)
                .string(TrafficControl.KIND, "clsact");
        exchange.require("make the qdisc clsact", Errno.EEXIST);
    }

    /**
     * Puts a program, in the place of the one with its handle: each frame meets the one or the other.
     *
     * @param handle 1 or more
     * @throws ErrnoException ENOENT where the kernel has no {@code cls_bpf}, EINVAL where the program is faulty, the interface was not prepared, or has another kind of filter of
     *     the priority
     */
    public void put(int ifindex, int handle, BpfProgram program) throws ErrnoException {
        TrafficControl.begin(
                        exchange,
                        TrafficControl.NEWTFILTER,
                        Netlink.CREATE,
                        ifindex,
                        handle,
                        TrafficControl.FILTERS_INGRESS,
                        TrafficControl.information(priority))
                .string(TrafficControl.KIND, "bpf")
                .beginNest(TrafficControl.OPTIONS)
                .u16(LENGTH, program.length())
                .bytes(INSTRUCTIONS, program.bytes())
                .i32(FLAGS, DIRECT_ACTION)
                .i32(CLASSIFIER_FLAGS, NOT_IN_HARDWARE)
                .endNest();
        exchange.require("put a filter of traffic control");
    }

    /** Removes the program of a handle, or with 0 all of this priority. Nothing where there is none. */
    public void remove(int ifindex, int handle) throws ErrnoException {
        TrafficControl.begin(
                        exchange,
                        TrafficControl.DELTFILTER,
                        0,
                        ifindex,
                        handle,
                        TrafficControl.FILTERS_INGRESS,
                        TrafficControl.information(priority))
                .string(TrafficControl.KIND, "bpf");
        exchange.require("remove a filter of traffic control", Errno.ENOENT, Errno.EINVAL, Errno.ENODEV);
    }

    /**
     * How many frames filters have dropped at each interface that is ready, since it is, by the number of the interface: modulo 2^32, and whoever put the filters.
     */
    public Map<Integer, Integer> drops() throws ErrnoException {
        Map<Integer, Integer> drops = new HashMap<>();
        TrafficControl.begin(exchange, TrafficControl.GETQDISC, Netlink.DUMP, 0, 0, 0, 0);
        exchange.dump("read the counters of traffic control", qdisc -> {
            if (qdisc.type() == TrafficControl.NEWQDISC
                    && qdisc.bodyI32(TrafficControl.HEADER_HANDLE) == TrafficControl.HANDLE_INGRESS
                    && qdisc.attributes(TrafficControl.HEADER_LENGTH)) {
                drops.put(qdisc.bodyI32(TrafficControl.HEADER_INDEX), drops(qdisc));
            }
        });
        return drops;
    }

    private static int drops(NetlinkReader qdisc) {
        int drops = 0;
        while (qdisc.nextAttribute()) {
            if (qdisc.attributeType() == TrafficControl.STATISTICS && qdisc.enter()) {
                while (qdisc.nextAttribute()) {
                    if (qdisc.attributeType() == TrafficControl.STATISTICS_QUEUE
                            && qdisc.valueLength() >= TrafficControl.STATISTICS_DROPS_OFFSET + Integer.BYTES) {
                        drops = ByteBuffer.wrap(qdisc.bytes())
                                .order(ByteOrder.nativeOrder())
                                .getInt(TrafficControl.STATISTICS_DROPS_OFFSET);
                    }
                }
                qdisc.leave();
            }
        }
        return drops;
    }

    @Override
    public void close() {
        exchange.close();
    }
}
