// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.nftables;

import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A table that this process owns: nobody else can change it, {@code nft flush ruleset} passes it over, and the kernel removes it
 * when this is closed or the process ends, however it ends. Owners exist since Linux 5.12.
 *
 * <p>Changes are collected by the methods that are named for them, and made by {@link #commit}: all or none. The table lives in the network namespace of the
 * thread that opened it. For one thread at a time.
 */
public final class OwnedTable implements AutoCloseable {
    private static final int MAX_COMMENT = 127;

    private final NetlinkExchange exchange;
    private final TableFamily family;
    private final String name;
    private boolean begun;
    private int setId;

    private OwnedTable(NetlinkExchange exchange, TableFamily family) {
        this.exchange = exchange;
        this.family = family;
        this.name = "carpd-" + Integer.toUnsignedString(exchange.portId());
    }

    /**
     * Makes the table. Its name is {@code carpd-} and a number that no other owner in the namespace has.
     *
     * @param comment for who lists the rules: whose the table is; what is beyond 127 bytes is cut
     */
    public static OwnedTable open(TableFamily family, String comment) throws ErrnoException {
        NetlinkExchange exchange = NetlinkExchange.open(Netlink.PROTOCOL_NETFILTER);
        OwnedTable table = new OwnedTable(exchange, family);
        try {
            table.message(NfTables.NEWTABLE, Netlink.CREATE | Netlink.EXCLUSIVE)
                    .string(NfTables.TABLE_NAME, table.name)
                    .be32(NfTables.TABLE_FLAGS, NfTables.TABLE_FLAG_OWNER)
                    .bytes(NfTables.TABLE_USERDATA, userdata(comment));
            table.commit("make the nf_tables table " + table.name);
            return table;
        } catch (ErrnoException e) {
            exchange.close();
            throw e;
        }
    }

    /** Type u8, length u8, text with a NUL. */
    private static byte[] userdata(String comment) {
        byte[] text = comment.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MAX_COMMENT);
        byte[] userdata = Arrays.copyOf(new byte[] {NfTables.USERDATA_COMMENT, (byte) (length + 1)}, length + 3);
        System.arraycopy(text, 0, userdata, 2, length);
        return userdata;
    }

    /** As {@code nft list ruleset} shows it. */
    public String name() {
        return name;
    }

    private NetlinkWriter message(int type, int flags) {
        if (!begun) {
            begun = true;
            exchange.begin(NfTables.BATCH_BEGIN, 0).headerU8(0).headerU8(0).headerBe16(NfTables.SUBSYSTEM);
        }
        return exchange.then(type, flags).headerU8(family.number()).headerU8(0).headerBe16(0);
    }

    /** Adds a set or map. */
    public OwnedTable add(ElementSet set) {
        DataType value = set.value();
        NetlinkWriter message = message(NfTables.NEWSET, Netlink.CREATE)
                .string(NfTables.SET_TABLE, name)
                .string(NfTables.SET_NAME, set.name())
                .be32(NfTables.SET_FLAGS, flags(set))
                .be32(NfTables.SET_KEY_TYPE, set.key().number())
                .be32(NfTables.SET_KEY_LENGTH, set.key().length())
                .be32(NfTables.SET_ID, ++setId);
        if (set.timeoutMillis() > 0) {
            message.be64(NfTables.SET_TIMEOUT, set.timeoutMillis());
        }
        if (set.key().isHostOrder()) {
            message.bytes(NfTables.SET_USERDATA, hostOrder());
        }
        if (value != null) {
            message.be32(NfTables.SET_DATA_TYPE, value.number()).be32(NfTables.SET_DATA_LENGTH, value.length());
        }
        return this;
    }

    private static int flags(ElementSet set) {
        int flags = set.value() == null ? 0 : NfTables.SET_FLAG_MAP;
        return set.timeoutMillis() == 0 ? flags : flags | NfTables.SET_FLAG_TIMEOUT | NfTables.SET_FLAG_DYNAMIC;
    }

    private static byte[] hostOrder() {
        byte[] userdata = new byte[2 + Integer.BYTES];
        ByteBuffer.wrap(userdata)
                .order(ByteOrder.nativeOrder())
                .put(NfTables.USERDATA_KEY_ORDER)
                .put((byte) Integer.BYTES)
                .putInt(NfTables.HOST_ORDER);
        return userdata;
    }

    /** Adds a chain of the family netdev for an interface, which passes what its rules do not drop. */
    public OwnedTable addChain(String chain, Hook hook, String device, int priority) {
        beginChain(chain, hook, priority)
                .string(NfTables.HOOK_DEVICE, device)
                .endNest()
                .string(NfTables.CHAIN_TYPE, "filter");
        return this;
    }

    /** Adds a chain of the family inet, which passes what its rules do not drop. */
    public OwnedTable addChain(String chain, Hook hook, int priority) {
        beginChain(chain, hook, priority).endNest().string(NfTables.CHAIN_TYPE, "filter");
        return this;
    }

    private NetlinkWriter beginChain(String chain, Hook hook, int priority) {
        return message(NfTables.NEWCHAIN, Netlink.CREATE | Netlink.EXCLUSIVE)
                .string(NfTables.CHAIN_TABLE, name)
                .string(NfTables.CHAIN_NAME, chain)
                .beginNest(NfTables.CHAIN_HOOK)
                .be32(NfTables.HOOK_NUMBER, hook.number())
                .be32(NfTables.HOOK_PRIORITY, priority);
    }

    /** Removes a chain with its rules. */
    public OwnedTable deleteChain(String chain) {
        message(NfTables.DELCHAIN, 0).string(NfTables.CHAIN_TABLE, name).string(NfTables.CHAIN_NAME, chain);
        return this;
    }

    /** Adds a rule behind those that the chain has. */
    public OwnedTable addRule(String chain, Rule rule) {
        NetlinkWriter message = message(NfTables.NEWRULE, Netlink.CREATE | Netlink.APPEND)
                .string(NfTables.RULE_TABLE, name)
                .string(NfTables.RULE_CHAIN, chain);
        rule.write(message);
        return this;
    }

    /**
     * Adds an element; nothing changes where the set has it.
     *
     * @param value of a map; empty for a set
     */
    public OwnedTable addElement(ElementSet set, byte[] key, byte... value) {
        return element(NfTables.NEWSETELEM, Netlink.CREATE, set, key, value);
    }

    /** Removes an element; {@link #commit} fails with ENOENT where the set does not have it. */
    public OwnedTable deleteElement(ElementSet set, byte[] key) {
        return element(NfTables.DELSETELEM, 0, set, key);
    }

    /** Removes all elements. */
    public OwnedTable deleteElements(ElementSet set) {
        message(NfTables.DELSETELEM, 0).string(NfTables.ELEMENTS_TABLE, name).string(NfTables.ELEMENTS_SET, set.name());
        return this;
    }

    private OwnedTable element(int type, int flags, ElementSet set, byte[] key, byte... value) {
        NetlinkWriter message = message(type, flags)
                .string(NfTables.ELEMENTS_TABLE, name)
                .string(NfTables.ELEMENTS_SET, set.name())
                .beginNest(NfTables.ELEMENTS_LIST)
                .beginNest(NfTables.LIST_ELEMENT)
                .beginNest(NfTables.ELEMENT_KEY)
                .bytes(NfTables.DATA_VALUE, key)
                .endNest();
        if (value.length > 0) {
            message.beginNest(NfTables.ELEMENT_DATA)
                    .bytes(NfTables.DATA_VALUE, value)
                    .endNest();
        }
        message.endNest().endNest();
        return this;
    }

    /**
     * Makes the changes collected since the last one; does nothing where there are none.
     *
     * @param what for the exception: what was asked for
     * @throws ErrnoException with the first refusal; then nothing is changed. EOPNOTSUPP or ENOENT for a chain where the kernel does not have its hook, EPERM without
     *     CAP_NET_ADMIN
     */
    public void commit(String what) throws ErrnoException {
        if (!begun) {
            return;
        }
        begun = false;
        exchange.thenLast(NfTables.BATCH_END, 0).headerU8(0).headerU8(0).headerBe16(NfTables.SUBSYSTEM);
        exchange.require(what);
    }

    @Override
    public void close() {
        exchange.close();
    }
}
