// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import io.mirrorcarp.netio.ErrnoException;
import io.mirrorcarp.netio.NetlinkExchange;
import io.mirrorcarp.netio.netlink.Netlink;
import io.mirrorcarp.netio.netlink.NetlinkReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether the packet filter of this network namespace has a SYN proxy: the statement of nftables, in a rule or as an object, or the target of iptables. The rules are
 * read again when they have changed.
 *
 * <p>With one such rule the kernel looks at every entry that a program made (ctnetlink_create_conntrack() gives each the extension of the SYN proxy), and takes the
 * SYN/ACK of a handshake that it did not begin for its own (ipv4_synproxy_hook() in nf_synproxy_core.c).
 */
final class SynProxyRules {
    /** uapi/linux/netfilter/nf_tables.h. */
    private static final int SUBSYSTEM = 10 << 8;

    private static final int NEW_RULE = SUBSYSTEM | 6;
    private static final int GET_RULE = SUBSYSTEM | 7;
    private static final int NEW_GENERATION = SUBSYSTEM | 15;
    private static final int GET_GENERATION = SUBSYSTEM | 16;
    private static final int NEW_OBJECT = SUBSYSTEM | 18;
    private static final int GET_OBJECT = SUBSYSTEM | 19;
    private static final int GENERATION_ID = 1;
    private static final int RULE_EXPRESSIONS = 4;
    private static final int EXPRESSION_NAME = 1;
    private static final int EXPRESSION_DATA = 2;
    private static final int TARGET_NAME = 1;
    private static final int OBJECT_TYPE = 3;
    private static final int OBJECT_SYNPROXY = 10;
    private static final int HEADER_LENGTH = 4;
    private static final Path NET = Path.of("/proc/thread-self/net");

    private int generation;
    private boolean readOnce;
    private boolean inNftables;
    private boolean present;

    /** Reads the rules where they have changed since the last time, and tells whether one of them is a SYN proxy. */
    boolean look() {
        try (NetlinkExchange exchange = NetlinkExchange.open(Netlink.PROTOCOL_NETFILTER)) {
            int now = generation(exchange);
            if (!readOnce || now != generation) {
                inNftables = isInNftables(exchange);
                generation = now;
                readOnce = true;
            }
        } catch (ErrnoException e) {
            // No nftables in this kernel, or a change meanwhile: the next look reads again.
            readOnce = false;
        }
        present = inNftables || isInIptables("ip_tables") || isInIptables("ip6_tables");
        return present;
    }

    /** As of the last look. */
    boolean isPresent() {
        return present;
    }

    private static int generation(NetlinkExchange exchange) throws ErrnoException {
        int[] id = new int[1];
        exchange.begin(GET_GENERATION, 0).headerU8(0).headerU8(0).headerBe16(0);
        exchange.request("ask for the generation of the rules", answer -> {
            if (answer.type() == NEW_GENERATION && answer.attributes(HEADER_LENGTH)) {
                while (answer.nextAttribute()) {
                    id[0] = answer.attributeType() == GENERATION_ID ? answer.be32() : id[0];
                }
            }
        });
        return id[0];
    }

    private static boolean isInNftables(NetlinkExchange exchange) throws ErrnoException {
        boolean[] found = new boolean[1];
        exchange.begin(GET_RULE, Netlink.DUMP).headerU8(0).headerU8(0).headerBe16(0);
        exchange.dump("list rules", rule -> found[0] |= rule.type() == NEW_RULE && isRule(rule));
        exchange.begin(GET_OBJECT, Netlink.DUMP).headerU8(0).headerU8(0).headerBe16(0);
        exchange.dump("list objects", object -> found[0] |= object.type() == NEW_OBJECT && isObject(object));
        return found[0];
    }

    private static boolean isObject(NetlinkReader object) {
        boolean found = false;
        object.attributes(HEADER_LENGTH);
        while (object.nextAttribute()) {
            found |= object.attributeType() == OBJECT_TYPE && object.be32() == OBJECT_SYNPROXY;
        }
        return found;
    }

    private static boolean isRule(NetlinkReader rule) {
        boolean found = false;
        rule.attributes(HEADER_LENGTH);
        while (rule.nextAttribute()) {
            if (rule.attributeType() == RULE_EXPRESSIONS && rule.enter()) {
                while (rule.nextAttribute()) {
                    if (rule.enter()) {
                        found |= isExpression(rule);
                        rule.leave();
                    }
                }
                rule.leave();
            }
        }
        return found;
    }

    /** {@code synproxy}, or the expression {@code target} with the name of iptables' target. */
    private static boolean isExpression(NetlinkReader rule) {
        String name = "";
        boolean target = false;
        while (rule.nextAttribute()) {
            if (rule.attributeType() == EXPRESSION_NAME) {
                name = rule.string();
            } else if (rule.attributeType() == EXPRESSION_DATA && name.equals("target") && rule.enter()) {
                while (rule.nextAttribute()) {
                    target |=
                            rule.attributeType() == TARGET_NAME && rule.string().equals("SYNPROXY");
                }
                rule.leave();
            }
        }
        return target || name.equals("synproxy");
    }

    /** The old iptables does not show its rules to others: where it has tables, and the target is loaded, it may use it. */
    private static boolean isInIptables(String kind) {
        try {
            return !Files.readString(NET.resolve(kind + "_names"), StandardCharsets.US_ASCII)
                            .isBlank()
                    && Files.readString(NET.resolve(kind + "_targets"), StandardCharsets.US_ASCII)
                            .lines()
                            .anyMatch("SYNPROXY"::equals);
        } catch (IOException e) {
            return false;
        }
    }
}
