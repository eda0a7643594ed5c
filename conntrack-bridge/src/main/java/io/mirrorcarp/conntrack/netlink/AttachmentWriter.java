// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.netlink;

import io.mirrorcarp.conntrack.entry.Attachment;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkWriter;

/** Writes the items of an attachment as attributes. Items of other types than those named here never reach the kernel. */
final class AttachmentWriter {
    private AttachmentWriter() {}

    /** What a new entry takes. */
    static void writeCreation(NetlinkWriter writer, Attachment attachment) {
        if (attachment.length > 0) {
            writeHelper(writer, attachment);
            writeNested(writer, attachment, Attachment.MASTER);
            writeChange(writer, attachment);
        }
    }

    /** What an entry that exists takes as well. */
    static void writeChange(NetlinkWriter writer, Attachment attachment) {
        if (attachment.length > 0) {
            writeNested(writer, attachment, Attachment.SEQUENCE_ORIGINAL);
            writeNested(writer, attachment, Attachment.SEQUENCE_REPLY);
            writeNested(writer, attachment, Attachment.SYNPROXY);
            int labels = attachment.find(Attachment.LABELS);
            if (labels >= 0) {
                write(writer, attachment, labels, Ctnetlink.LABELS);
            }
        }
    }

    static void writeHelper(NetlinkWriter writer, Attachment attachment) {
        int helper = attachment.find(Attachment.HELPER);
        if (helper >= 0) {
            writer.beginNest(Ctnetlink.HELP);
            write(writer, attachment, helper, Ctnetlink.HELP_NAME);
            writer.endNest();
        }
    }

    private static void writeNested(NetlinkWriter writer, Attachment attachment, int type) {
        int item = attachment.find(type);
        if (Attachment.PORTABLE && item >= 0) {
            write(writer, attachment, item, type | Netlink.ATTRIBUTE_NESTED);
        }
    }

    /** The items of an expectation. */
    static void writeExpectation(NetlinkWriter writer, Attachment attachment, int expectation) {
        int end = attachment.next(expectation);
        for (int item = attachment.value(expectation); item < end; item = attachment.next(item)) {
            int type = attachment.type(item);
            switch (type) {
                case Ctnetlink.EXPECT_MASTER, Ctnetlink.EXPECT_TUPLE, Ctnetlink.EXPECT_MASK, Ctnetlink.EXPECT_NAT ->
                    write(writer, attachment, item, type | Netlink.ATTRIBUTE_NESTED);
                case Ctnetlink.EXPECT_HELP_NAME,
                        Ctnetlink.EXPECT_ZONE,
                        Ctnetlink.EXPECT_FLAGS,
                        Ctnetlink.EXPECT_CLASS,
                        Ctnetlink.EXPECT_FUNCTION -> write(writer, attachment, item, type);
                default -> {}
            }
        }
    }

    private static void write(NetlinkWriter writer, Attachment attachment, int item, int type) {
        writer.bytes(type, attachment.bytes, attachment.value(item), attachment.valueLength(item));
    }
}
