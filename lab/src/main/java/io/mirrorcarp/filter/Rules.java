// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.filter;

import io.mirrorcarp.filter.Rule.Chain;
import io.mirrorcarp.filter.Rule.Family;
import io.mirrorcarp.filter.Rule.IcmpMessage;
import io.mirrorcarp.filter.Rule.Match;
import io.mirrorcarp.filter.Rule.Verdict;
import java.util.ArrayList;
import java.util.List;

/** The rules of a plan. */
final class Rules {
    static final int CARP = 112;
    static final int PFSYNC = 240;

    /** The connection by which each node sees that the other's process lives. */
    static final int LIVENESS_PORT = 7240;

    private static final Verdict ACCEPT = new Verdict.Accept();
    private static final Verdict DROP = new Verdict.Drop();
    private static final Verdict NOTRACK = new Verdict.NoTrack();
    private static final Match INVALID = new Match.State(List.of("invalid"));
    private static final Match KNOWN = new Match.State(List.of("established", "related"));

    private final FilterPlan plan;
    private final List<Rule> rules = new ArrayList<>();

    private Rules(FilterPlan plan) {
        this.plan = plan;
    }

    /** All of them, chain by chain, in the order in which a packet meets them. */
    static List<Rule> of(FilterPlan plan) {
        Rules rules = new Rules(plan);
        rules.untracked(Chain.RAW_IN);
        rules.untracked(Chain.RAW_OUT);
        rules.input();
        rules.forward();
        String byGateway =
                "By the gateway's MAC address: what a group lets out leaves with its address, and the answers come to the same node.";
        for (FilterPlan.Translation translation : plan.translations()) {
            boolean plain = translation.gateway().isEmpty();
            rules.translation(translation, plain ? "To the virtual address: the peer can go on with it." : byGateway);
            byGateway = plain ? byGateway : "";
        }
        return List.copyOf(rules.rules);
    }

    private void translation(FilterPlan.Translation translation, String comment) {
        List<Match> matches = new ArrayList<>();
        matches.add(new Match.Out(List.of(translation.device())));
        matches.add(new Match.Source(translation.network()));
        translation.gateway().ifPresent(mac -> matches.add(new Match.SentTo(mac)));
        Family family = translation.network().contains(":") ? Family.V6 : Family.V4;
        rules.add(new Rule(Chain.POSTROUTING, family, matches, new Verdict.Snat(translation.address()), comment));
    }

    private void add(Chain chain, Family family, String comment, Verdict verdict, Match... matches) {
        rules.add(new Rule(chain, family, List.of(matches), verdict, comment));
    }

    private void add(Chain chain, Verdict verdict, Match... matches) {
        add(chain, Family.BOTH, "", verdict, matches);
    }

    /** What passes between the nodes fills no table, and is not replicated. */
    private void untracked(Chain chain) {
        add(chain, NOTRACK, new Match.Protocols(List.of(CARP, PFSYNC)));
        if (!plan.syncdevs().isEmpty()) {
            Match sync = chain == Chain.RAW_IN ? new Match.In(plan.syncdevs()) : new Match.Out(plan.syncdevs());
            add(chain, NOTRACK, sync, new Match.ToPort(LIVENESS_PORT));
            add(chain, NOTRACK, sync, new Match.FromPort(LIVENESS_PORT));
        }
    }

    private void input() {
        add(
                Chain.INPUT,
                Family.BOTH,
                "First: a session that is older than these rules is invalid to them.",
                ACCEPT,
                new Match.ToPort(plan.sshPort()));
        add(Chain.INPUT, ACCEPT, new Match.In(List.of("lo")));
        add(
                Chain.INPUT,
                Family.BOTH,
                "A packet of a connection that this node does not know yet must not be answered with a reset.",
                DROP,
                INVALID);
        add(Chain.INPUT, ACCEPT, KNOWN);
        add(Chain.INPUT, ACCEPT, new Match.In(plan.carpdevs()), new Match.Protocols(List.of(CARP)));
        if (!plan.syncdevs().isEmpty()) {
            Match sync = new Match.In(plan.syncdevs());
            add(Chain.INPUT, ACCEPT, sync, new Match.Protocols(List.of(PFSYNC)));
            add(Chain.INPUT, ACCEPT, sync, new Match.ToPort(LIVENESS_PORT));
            add(Chain.INPUT, ACCEPT, sync, new Match.FromPort(LIVENESS_PORT), new Match.NotOpening());
        }
        Match echo = new Match.Messages(List.of(IcmpMessage.ECHO_REQUEST));
        add(Chain.INPUT, Family.V4, "", ACCEPT, echo);
        add(Chain.INPUT, Family.V6, "", ACCEPT, new Match.Messages(List.of(IcmpMessage.values())));
    }

    private void forward() {
        add(Chain.FORWARD, DROP, INVALID);
        add(Chain.FORWARD, ACCEPT, KNOWN);
        if (!plan.inside().isEmpty() && !plan.outside().isEmpty()) {
            add(Chain.FORWARD, ACCEPT, new Match.In(plan.inside()), new Match.Out(plan.outside()));
        }
    }
}
