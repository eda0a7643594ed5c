// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.nftables;

import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
        NOT_EQUAL(1),
        LESS_OR_EQUAL(3),
        GREATER_OR_EQUAL(5);

        private final int number;

        Comparison(int number) {
            this.number = number;
        }
    }

    /** {@code ct state invalid}, for {@link #connectionState}: {@code NF_CT_STATE_INVALID_BIT}. */
    public static final int STATE_INVALID = 1;

    /** {@code ct state new}: {@code NF_CT_STATE_BIT(IP_CT_NEW)}. */
    public static final int STATE_NEW = 8;

    private static final int META_PROTOCOL = 1;
    private static final int META_IIF = 4;
    private static final int META_NFPROTO = 15;
    private static final int NFPROTO_IPV4 = 2;
    private static final int NFPROTO_IPV6 = 10;
    private static final int META_L4PROTO = 16;
    private static final int META_PKTTYPE = 19;
    private static final int REGISTER_VERDICT = 0;
    private static final int CHECKSUM_INTERNET = 1;
    private static final int CT_STATE = 0;
    private static final int SOCKET_MARK = 1;
    private static final int QUEUE_BYPASS = 1;
    /** The revision of {@code struct xt_NFQ_info_v3}. */
    private static final int XT_QUEUE_REVISION = 3;

    private static final int DYNAMIC_UPDATE = 1;

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

    /** Goes on for IPv4, 4, or IPv6, 6: {@code [ meta load nfproto => reg 1 ]}. For the family inet. */
    public Rule ipVersion(int version) {
        return meta(META_NFPROTO).compare(1, Comparison.EQUAL, (byte) (version == 4 ? NFPROTO_IPV4 : NFPROTO_IPV6));
    }

    /** Goes on for packets of an IP protocol, such as 58. */
    public Rule ipProtocol(int protocol) {
        return meta(META_L4PROTO).compare(1, Comparison.EQUAL, (byte) protocol);
    }

    /** Goes on for packets that came in by an interface of a set of {@link DataType#INTERFACE}. */
    public Rule interfaceIsIn(ElementSet set) {
        return meta(META_IIF).isIn(1, set);
    }

    /**
     * Goes on for packets whose connection is in one of these states: {@code [ ct load state => reg 1 ] [ bitwise reg 1 = ( reg 1 & BITS ) ^ 0 ] [ cmp neq reg 1 0 ]}.
     */
    public Rule connectionState(int bits) {
        add("ct", message -> message.be32(1, 1).be32(2, CT_STATE));
        add(
                "bitwise",
                message -> message.be32(1, 1)
                        .be32(2, 1)
                        .be32(3, Integer.BYTES)
                        .beginNest(4)
                        .bytes(NfTables.DATA_VALUE, hostOrder(bits))
                        .endNest()
                        .beginNest(5)
                        .bytes(NfTables.DATA_VALUE, new byte[Integer.BYTES])
                        .endNest());
        return compare(1, Comparison.NOT_EQUAL, new byte[Integer.BYTES]);
    }

    /** Goes on where a socket of this host would get the packet: {@code [ socket load mark => reg 1 ]}. In PREROUTING and INPUT. Linux 4.18 and CONFIG_NFT_SOCKET. */
    public Rule hasSocket() {
        return add("socket", message -> message.be32(1, SOCKET_MARK).be32(2, 1));
    }

    /** Goes on for at most that many packets a second: {@code [ limit rate PACKETS/second burst PACKETS ]}. */
    public Rule atMostPerSecond(int packets, int burst) {
        return add(
                "limit",
                message -> message.be64(1, packets)
                        .be64(2, 1)
                        .be32(3, burst)
                        .be32(4, 0)
                        .be32(5, 0));
    }

    /** {@code [ queue num NUMBER bypass ]}: a program decides, and without one the packet goes on. CONFIG_NFT_QUEUE. */
    public Rule queue(int number) {
        return add("queue", message -> message.be16(1, number).be16(2, 1).be16(3, QUEUE_BYPASS));
    }

    /** What {@link #queue} does, by the target NFQUEUE of iptables, for a kernel without CONFIG_NFT_QUEUE. */
    public Rule queueByTarget(int number) {
        byte[] info = new byte[8];
        ByteBuffer.wrap(info)
                .order(ByteOrder.nativeOrder())
                .putShort((short) number)
                .putShort((short) 1)
                .putShort((short) QUEUE_BYPASS);
        return add(
                "target",
                message ->
                        message.string(1, "NFQUEUE").be32(2, XT_QUEUE_REVISION).bytes(3, info));
    }

    private static byte[] hostOrder(int value) {
        byte[] bytes = new byte[Integer.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).putInt(value);
        return bytes;
    }

    /** {@code [ meta load KEY => reg 1 ]}. */
    private Rule meta(int key) {
        return add("meta", message -> message.be32(2, key).be32(1, 1));
    }

    /** Goes on for what came in a frame to this host alone, not in a broadcast. */
    public Rule packetTypeHost() {
        return meta(META_PKTTYPE).compare(1, Comparison.EQUAL, (byte) 0);
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

    /** {@code [ dynset update reg_key REGISTER set SET ]}: an element of a set with a time-out begins its time anew. It is put there where it is not, so look it up before. */
    public Rule renew(int register, ElementSet set) {
        return add(
                "dynset",
                message -> message.string(1, set.name()).be32(3, DYNAMIC_UPDATE).be32(4, register));
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
