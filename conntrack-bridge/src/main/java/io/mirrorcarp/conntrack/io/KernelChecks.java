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
import java.util.ArrayList;
import java.util.List;

/** What replication needs of the kernel, in the network namespace of the calling thread. Asked once, at start. */
public final class KernelChecks {
    private static final Path EVENTS = Path.of("/proc/sys/net/netfilter/nf_conntrack_events");
    private static final Path NET = Path.of("/proc/thread-self/net");
    private static final String EVENTS_ALWAYS = "1";
    private static final String EVENTS_WHILE_HEARD = "2";

    /** uapi/linux/netfilter/nfnetlink.h and nf_tables.h. */
    private static final int NFT_GETCHAIN = 10 << 8 | 4;

    private static final int NFT_NEWCHAIN = 10 << 8 | 3;
    private static final int NFTA_CHAIN_HOOK = 4;
    private static final int NFTA_CHAIN_TYPE = 7;
    private static final int NFGENMSG_LENGTH = 4;
    private static final int NFPROTO_INET = 1;
    private static final int NFPROTO_IPV4 = 2;
    private static final int NFPROTO_IPV6 = 10;

    private KernelChecks() {}

    /**
     * What was found.
     *
     * @param errors why replication cannot work; empty when it can
     * @param notices what was changed, and what will not work although the rest does
     */
    public record Report(List<String> errors, List<String> notices) {
        public Report {
            errors = List.copyOf(errors);
            notices = List.copyOf(notices);
        }
    }

    /** Checks, and sets nf_conntrack_events to 1 where it is not. */
    public static Report run() {
        List<String> errors = new ArrayList<>();
        List<String> notices = new ArrayList<>();
        checkEvents(errors, notices);
        checkNat(notices);
        return new Report(errors, notices);
    }

    /** With 2, the default, an entry made while nobody listens stays silent for its whole life. */
    private static void checkEvents(List<String> errors, List<String> notices) {
        String before;
        try {
            before = read(EVENTS).strip();
        } catch (IOException e) {
            errors.add("the kernel has no connection tracking events (" + EVENTS + " is not readable): run modprobe"
                    + " nf_conntrack nf_conntrack_netlink, or use a kernel with CONFIG_NF_CONNTRACK_EVENTS");
            return;
        }
        if (before.equals(EVENTS_ALWAYS)) {
            return;
        }
        try {
            Files.writeString(EVENTS, EVENTS_ALWAYS);
            notices.add("net.netfilter.nf_conntrack_events was " + before + " and is 1 now; of flows that began before,"
                    + " peers may hear only in a bulk update. Set it in /etc/sysctl.d to have it from boot on");
        } catch (IOException e) {
            if (before.equals(EVENTS_WHILE_HEARD)) {
                notices.add("net.netfilter.nf_conntrack_events is 2 and cannot be set to 1 (" + e.getMessage()
                        + "): of flows that began before, peers may hear only in a bulk update. Where /proc/sys is read-only,"
                        + " set it on the machine itself");
                return;
            }
            errors.add("net.netfilter.nf_conntrack_events is " + before + " and cannot be set to 1 (" + e.getMessage()
                    + "): run sysctl -w net.netfilter.nf_conntrack_events=1");
        }
    }

    /**
     * A translated entry is accepted without a NAT hook, and then its packets leave untranslated. The hook is there as soon
     * as the namespace has a base chain of type nat, an empty one is enough, or the nat table of the old iptables.
     */
    private static void checkNat(List<String> notices) {
        if (!hasNatHookIpv4()) {
            notices.add(noNatHook("ip")
                    + ". Without it, translated connections of a peer would leave this node untranslated");
        }
    }

    /** What to do about a missing hook; {@code table} is the nftables family. */
    static String noNatHook(String table) {
        return "no NAT hook for " + (table.equals("ip") ? "IPv4" : "IPv6")
                + ": unless this node's rules are yet to be loaded, run: nft add table " + table
                + " nat; nft 'add chain " + table + " nat postrouting { type nat hook postrouting priority srcnat; }'";
    }

    /** Whether the namespace translates IPv4, so that imported translations take effect. */
    public static boolean hasNatHookIpv4() {
        return hasNatHook(NFPROTO_IPV4, "ip_tables_names");
    }

    /** Whether the namespace translates IPv6. */
    public static boolean hasNatHookIpv6() {
        return hasNatHook(NFPROTO_IPV6, "ip6_tables_names");
    }

    private static boolean hasNatHook(int family, String tableNames) {
        return hasNatChain(family) || hasNatTable(tableNames);
    }

    private static boolean hasNatChain(int family) {
        boolean[] found = new boolean[1];
        try (NetlinkExchange exchange = NetlinkExchange.open(Netlink.PROTOCOL_NETFILTER)) {
            exchange.begin(NFT_GETCHAIN, Netlink.DUMP).headerU8(0).headerU8(0).headerBe16(0);
            exchange.dump("list nftables chains", chain -> found[0] |= isNatChain(chain, family));
        } catch (ErrnoException e) {
            // No nftables in this kernel; what was found before an interruption counts.
            return found[0];
        }
        return found[0];
    }

    private static boolean isNatChain(NetlinkReader chain, int family) {
        int chainFamily = chain.bodyU8(0);
        if (chain.type() != NFT_NEWCHAIN || (chainFamily != family && chainFamily != NFPROTO_INET)) {
            return false;
        }
        boolean hooked = false;
        boolean nat = false;
        chain.attributes(NFGENMSG_LENGTH);
        while (chain.nextAttribute()) {
            hooked |= chain.attributeType() == NFTA_CHAIN_HOOK;
            nat |= chain.attributeType() == NFTA_CHAIN_TYPE && chain.string().equals("nat");
        }
        return hooked && nat;
    }

    private static boolean hasNatTable(String tableNames) {
        try {
            return read(NET.resolve(tableNames)).lines().anyMatch("nat"::equals);
        } catch (IOException e) {
            // The old iptables is not there.
            return false;
        }
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.US_ASCII);
    }
}
