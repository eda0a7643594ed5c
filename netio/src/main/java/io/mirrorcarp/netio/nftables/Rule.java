// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.nftables;

import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A rule of a chain: expressions that are evaluated in turn until one does not match. Values pass from one to the next in the registers 1 to 4, of 16 bytes each.
 *
 * <p>The comments give each expression as {@code nft --debug=netlink} prints it.
 */
public final class Rule {

    /** What an offset counts from. */
    public enum Base {
        /** The Ethernet header. */
        LINK(0),
        /** The header of IP, IPv6 or ARP. */
        NETWORK(1),
        /** The header behind that of IP or IPv6. */
        TRANSPORT(2);

        private final int number;

        Base(int number) {
            this.number = number;
        }
    }

    /** How {@link #compare} compares. */
    public enum Comparison {
        EQUAL(0),
        LESS_OR_EQUAL(3),
        GREATER_OR_EQUAL(5);

        private final int number;

        Comparison(int number) {
            this.number = number;
        }
    }

    private static final int META_PROTOCOL = 1;
    private static final int META_L4PROTO = 16;
    private static final int META_PKTTYPE = 19;
    private static final int REGISTER_VERDICT = 0;
    private static final int CHECKSUM_INTERNET = 1;
    private static final int NF_DROP = 0;
    private static final int NF_ACCEPT = 1;

    private final List<Consumer<NetlinkWriter>> expressions = new ArrayList<>();

    private Rule add(String name, Consumer<NetlinkWriter> data) {
        expressions.add(message -> {
            message.beginNest(NfTables.LIST_ELEMENT)
                    .string(NfTables.EXPRESSION_NAME, name)
                    .beginNest(NfTables.EXPRESSION_DATA);
            data.accept(message);
            message.endNest().endNest();
        });
        return this;
    }

    /** Goes on for frames of an Ethernet protocol, such as 0x0806. */
    public Rule etherType(int type) {
        return meta(META_PROTOCOL).compare(1, Comparison.EQUAL, (byte) (type >>> 8), (byte) type);
    }

    /** Goes on for packets of an IP protocol, such as 58. */
    public Rule ipProtocol(int protocol) {
        return meta(META_L4PROTO).compare(1, Comparison.EQUAL, (byte) protocol);
    }

    /** {@code [ meta load KEY => reg 1 ]}. */
    private Rule meta(int key) {
        return add("meta", message -> message.be32(2, key).be32(1, 1));
    }

    /** {@code [ meta set pkttype with reg 1 ]}: 0 makes a frame to another Ethernet address one to this host. */
    public Rule setPacketTypeHost() {
        add(
                "immediate",
                message -> message.be32(1, 1)
                        .beginNest(2)
                        .bytes(NfTables.DATA_VALUE, new byte[] {0})
                        .endNest());
        return add("meta", message -> message.be32(2, META_PKTTYPE).be32(3, 1));
    }

    /** {@code [ payload load LENGTHb @ BASE header + OFFSET => reg REGISTER ]}. Does not match a shorter packet. */
    public Rule load(int register, Base base, int offset, int length) {
        return add(
                "payload",
                message -> message.be32(1, register)
                        .be32(2, base.number)
                        .be32(3, offset)
                        .be32(4, length));
    }

    /** {@code [ payload write reg REGISTER => LENGTHb @ BASE header + OFFSET ]}. */
    public Rule store(int register, Base base, int offset, int length) {
        return add(
                "payload",
                message -> message.be32(5, register)
                        .be32(2, base.number)
                        .be32(3, offset)
                        .be32(4, length));
    }

    /** As {@link #store}, and mends the Internet checksum at another offset from the same base. */
    public Rule storeWithChecksum(int register, Base base, int offset, int length, int checksumOffset) {
        return add(
                "payload",
                message -> message.be32(5, register)
                        .be32(2, base.number)
                        .be32(3, offset)
                        .be32(4, length)
                        .be32(6, CHECKSUM_INTERNET)
                        .be32(7, checksumOffset));
    }

    /** {@code [ cmp OPERATION reg REGISTER VALUE ]}. */
    public Rule compare(int register, Comparison comparison, byte... value) {
        return add(
                "cmp",
                message -> message.be32(1, register)
                        .be32(2, comparison.number)
                        .beginNest(3)
                        .bytes(NfTables.DATA_VALUE, value)
                        .endNest());
    }

    /** {@code [ lookup reg REGISTER set SET ]}: goes on where the set has it. */
    public Rule isIn(int register, ElementSet set) {
        return add("lookup", message -> message.string(1, set.name()).be32(2, register));
    }

    /** {@code [ lookup reg REGISTER set MAP dreg RESULT ]}: goes on where the map has it. */
    public Rule map(int register, ElementSet map, int result) {
        return add(
                "lookup",
                message -> message.string(1, map.name()).be32(2, register).be32(3, result));
    }

    /** {@code [ immediate reg 0 accept ]}: ends the chain. */
    public Rule accept() {
        return verdict(NF_ACCEPT);
    }

    /** {@code [ immediate reg 0 drop ]}. */
    public Rule drop() {
        return verdict(NF_DROP);
    }

    private Rule verdict(int code) {
        return add(
                "immediate",
                message -> message.be32(1, REGISTER_VERDICT)
                        .beginNest(2)
                        .beginNest(NfTables.DATA_VERDICT)
                        .be32(NfTables.VERDICT_CODE, code)
                        .endNest()
                        .endNest());
    }

    void write(NetlinkWriter message) {
        message.beginNest(NfTables.RULE_EXPRESSIONS);
        expressions.forEach(expression -> expression.accept(message));
        message.endNest();
    }
}
