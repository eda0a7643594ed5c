// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.nftables;

/**
 * The numbers of nf_tables messages (include/uapi/linux/netfilter/nf_tables.h, nfnetlink.h). All integers of their attributes are big-endian. Every message begins
 * with {@code struct nfgenmsg}: family u8, version u8, resource id be16.
 */
final class NfTables {
    static final int SUBSYSTEM = 10;

    static final int BATCH_BEGIN = 0x10;
    static final int BATCH_END = 0x11;
    static final int NEWTABLE = SUBSYSTEM << 8;
    static final int NEWCHAIN = SUBSYSTEM << 8 | 3;
    static final int DELCHAIN = SUBSYSTEM << 8 | 5;
    static final int NEWRULE = SUBSYSTEM << 8 | 6;
    static final int NEWSET = SUBSYSTEM << 8 | 9;
    static final int NEWSETELEM = SUBSYSTEM << 8 | 12;
    static final int DELSETELEM = SUBSYSTEM << 8 | 14;

    static final int LIST_ELEMENT = 1;
    static final int DATA_VALUE = 1;
    static final int DATA_VERDICT = 2;
    static final int VERDICT_CODE = 1;

    static final int TABLE_NAME = 1;
    static final int TABLE_FLAGS = 2;
    static final int TABLE_USERDATA = 6;
    /** {@code NFT_TABLE_F_OWNER}. */
    static final int TABLE_FLAG_OWNER = 2;
    /** {@code NFTNL_UDATA_TABLE_COMMENT} of libnftnl. */
    static final int USERDATA_COMMENT = 0;

    static final int CHAIN_TABLE = 1;
    static final int CHAIN_NAME = 3;
    static final int CHAIN_HOOK = 4;
    static final int CHAIN_POLICY = 5;
    static final int CHAIN_TYPE = 7;
    static final int HOOK_NUMBER = 1;
    static final int HOOK_PRIORITY = 2;
    static final int HOOK_DEVICE = 3;

    static final int RULE_TABLE = 1;
    static final int RULE_CHAIN = 2;
    static final int RULE_EXPRESSIONS = 4;
    static final int EXPRESSION_NAME = 1;
    static final int EXPRESSION_DATA = 2;

    static final int SET_TABLE = 1;
    static final int SET_NAME = 2;
    static final int SET_FLAGS = 3;
    static final int SET_KEY_TYPE = 4;
    static final int SET_KEY_LENGTH = 5;
    static final int SET_DATA_TYPE = 6;
    static final int SET_DATA_LENGTH = 7;
    static final int SET_ID = 10;
    static final int SET_TIMEOUT = 11;
    static final int SET_USERDATA = 13;
    /** {@code NFTNL_UDATA_SET_KEYBYTEORDER} of libnftnl: type u8, length u8, u32 in the order of the host, which is 1 for that order. */
    static final byte USERDATA_KEY_ORDER = 0;

    static final int HOST_ORDER = 1;
    /** {@code NFT_SET_MAP}. */
    static final int SET_FLAG_MAP = 0x08;
    /** {@code NFT_SET_TIMEOUT}. */
    static final int SET_FLAG_TIMEOUT = 0x10;
    /** {@code NFT_SET_EVAL}: rules change elements. */
    static final int SET_FLAG_DYNAMIC = 0x20;

    static final int ELEMENTS_TABLE = 1;
    static final int ELEMENTS_SET = 2;
    static final int ELEMENTS_LIST = 3;
    static final int ELEMENT_KEY = 1;
    static final int ELEMENT_DATA = 2;

    private NfTables() {}
}
