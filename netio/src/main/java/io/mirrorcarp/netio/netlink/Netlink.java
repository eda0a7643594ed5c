// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.netio.netlink;

/** What every netlink family shares (include/uapi/linux/netlink.h). The values are the same on every architecture. */
public final class Netlink {

    /** {@code NETLINK_ROUTE}: links, addresses, routes. */
    public static final int PROTOCOL_ROUTE = 0;

    /** {@code NETLINK_NETFILTER}: conntrack among others. */
    public static final int PROTOCOL_NETFILTER = 12;

    /** Bytes of the message header. */
    public static final int HEADER_LENGTH = 16;

    /** Bytes of an attribute's header. */
    public static final int ATTRIBUTE_HEADER_LENGTH = 4;

    /** {@code NLA_F_NESTED}: the value is a list of attributes. */
    public static final int ATTRIBUTE_NESTED = 0x8000;

    /** {@code NLA_TYPE_MASK}: an attribute's type without its flags. */
    public static final int ATTRIBUTE_TYPE_MASK = 0x3fff;

    /** Nests within nests that the reader and the writer follow. The deepest of ctnetlink is 4. */
    public static final int MAX_NESTING = 8;

    /** {@code NLMSG_NOOP}. */
    public static final int TYPE_NOOP = 1;

    /** {@code NLMSG_ERROR}: the answer to a request; errno 0 is an acknowledgement. */
    public static final int TYPE_ERROR = 2;

    /** {@code NLMSG_DONE}: the end of a dump. */
    public static final int TYPE_DONE = 3;

    /** {@code NLM_F_REQUEST}. */
    public static final int REQUEST = 0x01;

    /** {@code NLM_F_MULTI}: one of several, ended by {@link #TYPE_DONE}. */
    public static final int MULTI = 0x02;

    /** {@code NLM_F_ACK}: answer a success too. */
    public static final int ACK = 0x04;

    /** {@code NLM_F_DUMP_INTR}: the table changed under the dump, which may be inconsistent. */
    public static final int DUMP_INTERRUPTED = 0x10;

    /** {@code NLM_F_DUMP}: all entries. */
    public static final int DUMP = 0x300;

    /** {@code NLM_F_REPLACE}. */
    public static final int REPLACE = 0x100;

    /** {@code NLM_F_EXCL}: fail where it exists. */
    public static final int EXCLUSIVE = 0x200;

    /** {@code NLM_F_CREATE}. */
    public static final int CREATE = 0x400;

    /** {@code NLM_F_APPEND}: behind those that are there. */
    public static final int APPEND = 0x800;

    /** {@code NLM_F_CAPPED}: an error message that does not repeat the request's body. */
    public static final int CAPPED = 0x100;

    /** {@code NLM_F_ACK_TLVS}: an error message with attributes that explain it. */
    public static final int ACK_ATTRIBUTES = 0x200;

    /** {@code NLMSGERR_ATTR_MSG}: the kernel's sentence about an error. */
    public static final int ERROR_ATTRIBUTE_MESSAGE = 1;

    private Netlink() {}

    /** {@code length} rounded up to 4. */
    public static int align(int length) {
        return (length + 3) & ~3;
    }
}
