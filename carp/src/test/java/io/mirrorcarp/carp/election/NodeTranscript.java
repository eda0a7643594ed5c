// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.Vectors;
import io.mirrorcarp.carp.auth.AddressSet;
import io.mirrorcarp.carp.packet.AddressFamily;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Runs a whole node through the commands of a golden file and writes down what it does: as {@link Transcript} does with one virtual host.
 *
 * <p>{@code node wan:GROUP lan:GROUP SETTINGS} makes virtual hosts 1 and 2 on wan0 and lan0, which have their links. What the node asks for is answered at once: addresses are taken, sockets are
 * read, states are there. {@code later KIND} leaves that to a command of its own, {@code at-once KIND} ends it.
 */
final class NodeTranscript implements NodeActions {
    private static final double NANOS = 1e9;
    private static final int FAULT = 240;

    private final StringBuilder out = new StringBuilder();
    private final Deque<NodeAction> pending = new ArrayDeque<>();
    private final Map<String, Integer> attempts = new LinkedHashMap<>();
    private final Set<String> later = new java.util.TreeSet<>();
    private NodeElection node = make(new ArrayDeque<>(List.of("wan", "lan")));
    private int stateRequest;
    private int judgement;
    private long nowNanos;

    /** The file's text with the output of this run in place of what is in it. */
    static String run(List<String> lines) {
        NodeTranscript transcript = new NodeTranscript();
        for (String line : lines) {
            if (line.startsWith(">")) {
                transcript.out.append(line).append('\n');
                transcript.command(
                        new ArrayDeque<>(Arrays.asList(line.substring(1).trim().split("\\s+"))));
            } else if (line.isBlank() || line.startsWith("#")) {
                transcript.out.append(line).append('\n');
            }
        }
        return transcript.out.toString();
    }

    private NodeElection make(Deque<String> words) {
        Map<String, String> groups = new LinkedHashMap<>();
        while (!words.isEmpty() && words.peek().matches("(wan|lan|dmz)(:.*)?")) {
            String[] parts = words.pop().split(":", 2);
            groups.put(parts[0], parts.length > 1 ? parts[1] : "");
        }
        CarpSettings common = TranscriptWords.settings(CarpSettings.of(1, 1, 0).withPreempt(true), words);
        List<ElectedHost> hosts = new java.util.ArrayList<>();
        groups.forEach((name, group) -> hosts.add(host(hosts.size() + 1, name, group, common)));
        NodeSettings settings = new NodeSettings(true, common.preempt(), FAULT, FAULT, List.of());
        return new NodeElection(hosts, settings, () -> Long.MAX_VALUE / 3);
    }

    private static ElectedHost host(int vhid, String name, String group, CarpSettings common) {
        CarpSettings settings =
                new CarpSettings(vhid, common.rules(), common.preempt(), common.families(), common.takeover());
        AddressSet addresses = AddressSet.of(List.of(Vectors.address("10." + vhid + ".0.1")));
        AdvertisementWay way = AdvertisementWay.of(Set.of(), Set.of());
        return new ElectedHost(name, name + "0", settings, group, addresses, way, true, 0, 0);
    }

    private void command(Deque<String> words) {
        String verb = words.pop();
        switch (verb) {
            case "node" -> {
                nowNanos = 0;
                node = make(words);
            }
            case "start" -> start();
            case "stop" -> perform(node.onShutdown(nowNanos));
            case "hear" -> perform(node.onAdvertisement(words.pop(), TranscriptWords.advertisement(words), nowNanos));
            case "stranger" ->
                perform(node.onStranger(words.pop(), new CarpBid(number(words), number(words), 0), nowNanos));
            case "wait" -> advanceTo(nowNanos + TranscriptWords.nanos(words.pop()));
            case "sleep" -> nowNanos += TranscriptWords.nanos(words.pop());
            case "link" -> link(words.pop(), words.pop().equals("up"));
            case "demote" ->
                perform(node.onDemotionRaised(
                        DemotionSource.of(words.pop(), "", number(words), "by the transcript", nowNanos), nowNanos));
            case "end-demotion" -> perform(node.onDemotionCleared(words.pop(), "", "", "by the transcript", nowNanos));
            case "failover" -> perform(node.onDemotionRaised(DemotionSource.failover("fw-b", nowNanos), nowNanos));
            case "handed-over" -> perform(node.onHandedOver(List.of(words.pop().split(",")), nowNanos));
            case "allow-preempt" -> perform(node.onPreemptAllowed(words.pop().equals("1"), nowNanos));
            case "masters-held" -> perform(node.onMastersHeld(masters(words), nowNanos));
            case "only-peer" -> perform(node.onOnlyPeer(masters(words), nowNanos));
            case "nudge" ->
                perform(node.onNudge(
                        words.pop(),
                        Nudge.valueOf(words.pop().toUpperCase(Locale.ROOT)),
                        !words.isEmpty() && words.pop().equals("alone"),
                        CarpInstance.NEVER,
                        nowNanos));
            case "resigned" ->
                perform(node.onResigned(
                        node.host(words.peek()).host().vhid(),
                        node.host(words.pop()).host().addresses().digest(),
                        nowNanos));
            case "peer-died" -> perform(node.onPeerDied(masters(words), nowNanos));
            case "peer-silent" -> perform(node.onPeerSilent(masters(words), nowNanos));
            case "later" -> later.add(words.pop());
            case "at-once" -> later.remove(words.pop());
            case "taken" -> taken(words.pop(), true);
            case "take-failed" -> {
                String name = words.pop();
                perform(node.onTakeFailed(name, attempts.getOrDefault(name, 0), "by the transcript", nowNanos));
            }
            case "rehearsed" -> {
                String name = words.pop();
                perform(node.onRehearsed(name, words.pop().equals("ok") ? null : "by the transcript", nowNanos));
            }
            case "disturbed" -> perform(node.onDisturbed(words.pop(), nowNanos));
            case "states-ready" -> perform(node.onStatesReady(words.pop(), stateRequest, nowNanos));
            case "states-judged" -> perform(node.onStatesJudged(judgement, nowNanos));
            case "read" -> perform(node.onSocketsRead(nowNanos));
            case "status" -> status();
            default -> throw new IllegalArgumentException(verb);
        }
        if (!words.isEmpty()) {
            throw new IllegalArgumentException("left over: " + words);
        }
    }

    /** {@code wan=192.0.2.2}, any number of them. */
    private Set<KnownMaster> masters(Deque<String> words) {
        Set<KnownMaster> masters = new java.util.HashSet<>();
        while (!words.isEmpty()) {
            String[] parts = words.pop().split("=", 2);
            ElectedHost host = node.host(parts[0]).host();
            masters.add(new KnownMaster(host.vhid(), host.addresses().digest(), Vectors.address(parts[1])));
        }
        return masters;
    }

    private static int number(Deque<String> words) {
        return Integer.parseInt(words.pop());
    }

    private void start() {
        for (HostElection host : node.hosts()) {
            String carpdev = host.host().carpdev();
            perform(node.onCarpdev(carpdev, host.host().vhid(), true, nowNanos));
            perform(node.onOpened(carpdev, host.host().vhid(), nowNanos));
        }
        perform(node.onStart(nowNanos));
    }

    private void link(String carpdev, boolean up) {
        int ifindex = node.hosts().stream()
                .filter(host -> host.host().carpdev().equals(carpdev))
                .findFirst()
                .orElseThrow()
                .host()
                .vhid();
        perform(node.onCarpdev(carpdev, ifindex, up, nowNanos));
    }

    private void taken(String name, boolean changed) {
        perform(node.onTaken(name, attempts.getOrDefault(name, 0), changed, nowNanos));
    }

    private void advanceTo(long thenNanos) {
        while (node.isRunning() && node.nextDeadlineNanos() <= thenNanos) {
            nowNanos = Math.max(nowNanos, node.nextDeadlineNanos());
            perform(node.onDeadline(nowNanos));
        }
        nowNanos = thenNanos;
    }

    private void status() {
        for (HostElection host : node.hosts()) {
            CarpInstance instance = host.instance();
            line(host.host().name() + " " + instance.state() + " since " + seconds(instance.sinceNanos()) + " ("
                    + instance.reason().text() + ") advskew "
                    + instance.advertised().advskew()
                    + (host.holdsAddresses() ? " holds the addresses" : ""));
        }
        node.demotion().sources().forEach(source -> line("demoted: " + source.name() + " " + source.value()));
    }

    private void perform(List<NodeAction> actions) {
        boolean outer = pending.isEmpty();
        pending.addAll(actions);
        while (outer && !pending.isEmpty()) {
            pending.peek().perform(this);
            pending.remove();
        }
    }

    private void line(String text) {
        out.append(String.format(Locale.ROOT, "%12s  %s%n", seconds(nowNanos), text));
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.6f", nanos / NANOS);
    }

    // What the node wants.

    @Override
    public void sendAdvertisement(NodeAction.SendAdvertisement action) {
        CarpBid bid = (CarpBid) action.what().bid();
        for (AddressFamily family : action.what().families()) {
            line(action.host() + " send " + family.name().toLowerCase(Locale.ROOT) + " advbase " + bid.advbase()
                    + " advskew " + bid.advskew() + " demote " + bid.demote());
        }
    }

    @Override
    public void requestStates(NodeAction.RequestStates action) {
        stateRequest = action.request();
        line(action.host() + " request states");
        if (!later.contains("states")) {
            perform(node.onStatesReady(action.host(), action.request(), nowNanos));
        }
    }

    @Override
    public void resign(NodeAction.Resign action) {
        line(action.host() + " resign");
    }

    @Override
    public void takeAddresses(NodeAction.TakeAddresses action) {
        attempts.put(action.host(), action.attempt());
        line(action.host() + " take addresses");
        if (!later.contains("takes")) {
            taken(action.host(), true);
        }
    }

    @Override
    public void releaseAddresses(NodeAction.ReleaseAddresses action) {
        line(action.host() + " release addresses");
    }

    @Override
    public void rehearse(NodeAction.Rehearse action) {
        line(action.host() + " rehearse");
        if (!later.contains("rehearsals")) {
            perform(node.onRehearsed(action.host(), null, nowNanos));
        }
    }

    @Override
    public void announce(NodeAction.Announce action) {
        line(action.host() + " announce");
    }

    @Override
    public void countPutBack(NodeAction.CountPutBack action) {
        line(action.host() + " count addresses put back");
    }

    @Override
    public void stateChanged(NodeAction.StateChanged action) {
        line(action.host() + " " + action.what().from() + " -> " + action.what().to() + " ("
                + action.what().reason().text() + ")");
    }

    @Override
    public void demotionChanged(NodeAction.DemotionChanged action) {
        line(action.change().text());
    }

    @Override
    public void report(NodeAction.Report action) {
        line("report: " + action.message());
    }

    @Override
    public void openSocket(NodeAction.OpenSocket action) {
        line("open " + action.carpdev());
    }

    @Override
    public void closeSocket(NodeAction.CloseSocket action) {
        line("close " + action.carpdev());
    }

    @Override
    public void sendProbe(NodeAction.SendProbe action) {
        line("probe " + action.carpdev());
    }

    @Override
    public void hostGone(NodeAction.HostGone action) {
        line(action.host() + " gone");
    }

    @Override
    public void beginTerm(NodeAction.BeginTerm action) {
        line(action.host() + " begin a term");
    }

    /** Each second while there are addresses: too often to be written down. */
    @Override
    public void renewLeases() {}

    /** Before each takeover, and after each lateness: too often to be written down, but where it is not answered. */
    @Override
    public void readSockets() {
        if (later.contains("reads")) {
            line("read sockets");
        } else {
            perform(node.onSocketsRead(nowNanos));
        }
    }

    @Override
    public void judgeStates(NodeAction.JudgeStates action) {
        judgement = action.request();
        line(action.carrying() ? "judge states, ready to carry" : "judge states");
        if (!later.contains("judgements")) {
            perform(node.onStatesJudged(judgement, nowNanos));
        }
    }

    @Override
    public void stopped() {
        line("stopped");
    }
}
