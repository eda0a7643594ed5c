// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.filter;

import io.mirrorcarp.filter.Rule.Chain;
import io.mirrorcarp.filter.Rule.Family;
import io.mirrorcarp.filter.Rule.Match;
import io.mirrorcarp.filter.Rule.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rules for iptables and ip6tables, which have one device, protocol and message in a line. A translation by {@link FilterPlan.Translation#gateway()} is
 * beyond them, and is refused with an IllegalArgumentException.
 */
public final class IptablesText {
    private IptablesText() {}

    /** Lines of a shell, for empty tables. The policies come last: a session that loads them goes on. */
    public static String commands(FilterPlan plan) {
        StringBuilder both = new StringBuilder();
        StringBuilder apart = new StringBuilder();
        for (Rule rule : Rules.of(plan)) {
            for (String line : lines(rule, rule.family())) {
                String table = table(rule.chain()).equals("filter") ? "" : "-t " + table(rule.chain()) + " ";
                if (rule.family() == Family.BOTH) {
                    both.append("  $t ").append(table).append(line).append('\n');
                } else {
                    String program = rule.family() == Family.V6 ? "ip6tables " : "iptables ";
                    apart.append(program).append(table).append(line).append('\n');
                }
            }
        }
        return "for t in iptables ip6tables; do\n" + both + "done\n" + apart
                + "for t in iptables ip6tables; do\n  $t -P INPUT DROP\n  $t -P FORWARD DROP\ndone\n";
    }

    /** A file for {@code iptables-restore}. */
    public static String restoreV4(FilterPlan plan) {
        return restore(plan, Family.V4);
    }

    /** A file for {@code ip6tables-restore}. */
    public static String restoreV6(FilterPlan plan) {
        return restore(plan, Family.V6);
    }

    private static String restore(FilterPlan plan, Family family) {
        StringBuilder text = new StringBuilder();
        for (String table : List.of("raw", "filter", "nat")) {
            text.append('*').append(table).append('\n');
            for (Chain chain : Chain.values()) {
                if (table(chain).equals(table)) {
                    boolean drops = chain == Chain.INPUT || chain == Chain.FORWARD;
                    text.append(':').append(name(chain)).append(drops ? " DROP\n" : " ACCEPT\n");
                }
            }
            for (Rule rule : Rules.of(plan)) {
                boolean meant = rule.family() == Family.BOTH || rule.family() == family;
                if (meant && table(rule.chain()).equals(table)) {
                    append(text, rule, family);
                }
            }
            text.append("COMMIT\n");
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Rule rule, Family family) {
        if (!rule.comment().isEmpty()) {
            text.append("# ").append(rule.comment()).append('\n');
        }
        lines(rule, family).forEach(line -> text.append(line).append('\n'));
    }

    private static String table(Chain chain) {
        return switch (chain) {
            case RAW_IN, RAW_OUT -> "raw";
            case INPUT, FORWARD -> "filter";
            case POSTROUTING -> "nat";
        };
    }

    private static String name(Chain chain) {
        return switch (chain) {
            case RAW_IN -> "PREROUTING";
            case RAW_OUT -> "OUTPUT";
            default -> chain.name();
        };
    }

    /** One rule, as one line for each member of its sets. */
    private static List<String> lines(Rule rule, Family family) {
        List<String> lines = new ArrayList<>(List.of("-A " + name(rule.chain())));
        boolean hasTcp = false;
        for (Match match : rule.matches()) {
            boolean tcp = match instanceof Match.ToPort || match instanceof Match.FromPort;
            List<String> next = new ArrayList<>();
            for (String line : lines) {
                for (String option : options(match, family)) {
                    next.add(line + " " + (tcp && !hasTcp ? "-p tcp " : "") + option);
                }
            }
            hasTcp |= tcp;
            lines = next;
        }
        return lines.stream()
                .map(line -> line + " -j " + target(rule.verdict()))
                .toList();
    }

    private static List<String> options(Match match, Family family) {
        if (match instanceof Match.In in) {
            return in.devices().stream().map(device -> "-i " + device).toList();
        }
        if (match instanceof Match.Out out) {
            return out.devices().stream().map(device -> "-o " + device).toList();
        }
        if (match instanceof Match.Protocols protocols) {
            return protocols.numbers().stream().map(number -> "-p " + number).toList();
        }
        if (match instanceof Match.ToPort to) {
            return List.of("--dport " + to.port());
        }
        if (match instanceof Match.FromPort from) {
            return List.of("--sport " + from.port());
        }
        if (match instanceof Match.NotOpening) {
            return List.of("! --syn");
        }
        if (match instanceof Match.State state) {
            return List.of(
                    "-m conntrack --ctstate " + String.join(",", state.states()).toUpperCase(Locale.ROOT));
        }
        if (match instanceof Match.Messages messages) {
            String option = family == Family.V6 ? "-p icmpv6 --icmpv6-type " : "-p icmp --icmp-type ";
            return messages.messages().stream()
                    .map(message -> option + message.iptables())
                    .toList();
        }
        if (match instanceof Match.SentTo) {
            throw new IllegalArgumentException("iptables cannot match the MAC address that a frame was sent to");
        }
        return List.of("-s " + ((Match.Source) match).network());
    }

    private static String target(Verdict verdict) {
        if (verdict instanceof Verdict.Snat snat) {
            return "SNAT --to-source " + snat.address();
        }
        return verdict instanceof Verdict.NoTrack
                ? "CT --notrack"
                : verdict instanceof Verdict.Drop ? "DROP" : "ACCEPT";
    }
}
