// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.filter;

import io.mirrorcarp.filter.Rule.Chain;
import io.mirrorcarp.filter.Rule.Family;
import io.mirrorcarp.filter.Rule.Match;
import io.mirrorcarp.filter.Rule.Verdict;
import java.util.List;
import java.util.stream.Collectors;

/** The rules for {@code nft -f}, as one table. */
public final class NftablesText {
    private static final String TABLE = "inet router";

    private NftablesText() {}

    /** The table, to be put beside others. */
    public static String table(FilterPlan plan) {
        List<Rule> rules = Rules.of(plan);
        StringBuilder text = new StringBuilder("table " + TABLE + " {\n");
        for (Chain chain : Chain.values()) {
            text.append(chain == Chain.RAW_IN ? "" : "\n");
            text.append("  chain ")
                    .append(name(chain))
                    .append(" {\n    ")
                    .append(hook(chain))
                    .append("\n");
            rules.stream().filter(rule -> rule.chain() == chain).forEach(rule -> append(text, rule));
            text.append("  }\n");
        }
        return text.append("}\n").toString();
    }

    /** The same, in place of an earlier one of its name: may be loaded again and again. */
    public static String file(FilterPlan plan) {
        return "table " + TABLE + "\ndelete table " + TABLE + "\n" + table(plan);
    }

    private static String name(Chain chain) {
        return switch (chain) {
            case RAW_IN -> "raw_in";
            case RAW_OUT -> "raw_out";
            case INPUT -> "input";
            case FORWARD -> "forward";
            case POSTROUTING -> "postrouting";
        };
    }

    private static String hook(Chain chain) {
        return switch (chain) {
            case RAW_IN -> "type filter hook prerouting priority raw;";
            case RAW_OUT -> "type filter hook output priority raw;";
            case INPUT -> "type filter hook input priority filter; policy drop;";
            case FORWARD -> "type filter hook forward priority filter; policy drop;";
            case POSTROUTING -> "type nat hook postrouting priority srcnat;";
        };
    }

    private static void append(StringBuilder text, Rule rule) {
        if (!rule.comment().isEmpty()) {
            text.append("    # ").append(rule.comment()).append('\n');
        }
        text.append("    ");
        rule.matches().forEach(match -> text.append(match(rule.family(), match)).append(' '));
        text.append(verdict(rule.family(), rule.verdict())).append('\n');
    }

    private static String match(Family family, Match match) {
        if (match instanceof Match.In in) {
            return "iifname " + devices(in.devices());
        }
        if (match instanceof Match.Out out) {
            return "oifname " + devices(out.devices());
        }
        if (match instanceof Match.Protocols protocols) {
            return "meta l4proto "
                    + set(protocols.numbers().stream().map(String::valueOf).toList());
        }
        if (match instanceof Match.ToPort to) {
            return "tcp dport " + to.port();
        }
        if (match instanceof Match.FromPort from) {
            return "tcp sport " + from.port();
        }
        if (match instanceof Match.NotOpening) {
            return "tcp flags & (syn | ack) != syn";
        }
        if (match instanceof Match.State state) {
            return "ct state " + String.join(",", state.states());
        }
        if (match instanceof Match.Messages messages) {
            String type = family == Family.V6 ? "icmpv6 type " : "icmp type ";
            return type
                    + set(messages.messages().stream()
                            .map(Rule.IcmpMessage::nft)
                            .toList());
        }
        if (match instanceof Match.SentTo to) {
            return "ether daddr " + to.mac();
        }
        return (family == Family.V6 ? "ip6" : "ip") + " saddr " + ((Match.Source) match).network();
    }

    private static String devices(List<String> devices) {
        return set(devices.stream().map(device -> "\"" + device + "\"").toList());
    }

    private static String set(List<String> members) {
        return members.size() == 1 ? members.get(0) : members.stream().collect(Collectors.joining(", ", "{ ", " }"));
    }

    private static String verdict(Family family, Verdict verdict) {
        if (verdict instanceof Verdict.Snat snat) {
            return (family == Family.V6 ? "snat ip6 to " : "snat ip to ") + snat.address();
        }
        return verdict instanceof Verdict.NoTrack ? "notrack" : verdict instanceof Verdict.Drop ? "drop" : "accept";
    }
}
