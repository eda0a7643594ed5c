// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import io.mirrorcarp.carp.packet.AddressFamily;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/**
 * Runs one node through the commands of a golden file and writes down what it does.
 *
 * <p>Addresses are taken at once, but after {@code takes later}.
 *
 * <p>A line that starts with {@code >} is a command, one with {@code #} a remark, an empty one stays empty. Every other
 * line is output, and is made anew. Times are seconds since the
 * node was made.
 */
final class Transcript implements CarpActions {
    private static final double NANOS = 1e9;

    private final StringBuilder out = new StringBuilder();
    private Demotion demotion = new Demotion();
    private SendErrorWatch sendErrors = new SendErrorWatch();
    private CarpSettings settings = CarpSettings.of(1, 1, 0);
    private CarpInstance node = newNode();
    private long nowNanos;
    private boolean takesAtOnce = true;

    /** The file's text with the output of this run in place of what is in it. */
    static String run(List<String> lines) {
        Transcript transcript = new Transcript();
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

    private CarpInstance newNode() {
        return new CarpInstance(settings, () -> Long.MAX_VALUE / 3, AdvertTurn.ALONE);
    }

    private void command(Deque<String> words) {
        String verb = words.pop();
        switch (verb) {
            case "node" -> {
                settings = TranscriptWords.settings(CarpSettings.of(1, 1, 0), words);
                node = newNode();
                demotion = new Demotion();
                sendErrors = new SendErrorWatch();
                nowNanos = 0;
            }
            case "start" -> perform(node.onStart(nowNanos));
            case "shutdown" -> perform(node.onShutdown(nowNanos));
            case "disable" -> perform(node.onDisable(nowNanos));
            case "enable" -> perform(node.onEnable(nowNanos));
            case "link" -> perform(node.onLink(words.pop().equals("up"), nowNanos));
            case "allow" -> perform(node.onAllow(words.pop().equals("1"), nowNanos));
            case "allow-preempt" -> perform(node.onPreemptAllowed(words.pop().equals("1"), nowNanos));
            case "takes" -> takesAtOnce = words.pop().equals("at-once");
            case "addresses-taken" -> perform(node.onAddressesTaken(nowNanos));
            case "take-failed" -> perform(node.onTakeFailed(nowNanos));
            case "able" -> perform(node.onAble(words.pop().equals("1"), nowNanos));
            case "peer-died" -> perform(node.onPeerDied(nowNanos));
            case "resigned" -> perform(node.onResigned(nowNanos));
            case "peer-silent" -> perform(node.onPeerSilent(nowNanos));
            case "services-ready" -> perform(node.onServicesReady(nowNanos));
            case "states-ready" -> perform(node.onStatesReady(Integer.parseInt(words.pop()), nowNanos));
            case "force" ->
                perform(node.onForcedState(CarpState.valueOf(words.pop().toUpperCase(Locale.ROOT)), nowNanos));
            case "settings" -> perform(node.onSettings(TranscriptWords.settings(node.settings(), words), nowNanos));
            case "hear" -> perform(node.onAdvertisement(TranscriptWords.advertisement(words), nowNanos));
            case "wait" -> advanceTo(nowNanos + TranscriptWords.nanos(words.pop()));
            case "until" -> advanceTo(TranscriptWords.nanos(words.pop()));
            case "demote" -> demote(words);
            case "sent" -> sendResult(words.pop().equals("ok"));
            case "status" -> status();
            default -> throw new IllegalArgumentException(verb);
        }
        if (!words.isEmpty()) {
            throw new IllegalArgumentException("left over: " + words);
        }
    }

    private void demote(Deque<String> words) {
        String name = words.pop();
        String subject = words.pop();
        int value = Integer.parseInt(words.pop());
        String reason = String.join(" ", words);
        words.clear();
        log(demotion.raise(DemotionSource.of(name, subject.equals("-") ? "" : subject, value, reason, nowNanos)));
    }

    private void log(DemotionChange change) {
        if (change != null) {
            line(change.text());
            perform(node.onDemotion(demotion.total(), nowNanos));
            perform(node.onPreemptAllowed(demotion.suppressPreempt() == 0, nowNanos));
        }
    }

    private void sendResult(boolean sent) {
        switch (sendErrors.onResult(sent, nowNanos)) {
            case NONE -> {}
            case BROKEN ->
                log(demotion.raise(
                        DemotionSource.of(DemotionSource.SEND_ERRORS, "lan0", 240, "send error 3 on lan0", nowNanos)));
            case REPAIRED -> log(demotion.clear(DemotionSource.SEND_ERRORS, "lan0", "send ok on lan0"));
        }
    }

    private void advanceTo(long thenNanos) {
        while (deadline() <= thenNanos) {
            nowNanos = deadline();
            perform(node.onDeadline(nowNanos));
            if (sendErrors.onDeadline(nowNanos)) {
                line("probe");
            }
        }
        nowNanos = thenNanos;
    }

    private long deadline() {
        return Math.min(node.nextDeadlineNanos(), sendErrors.nextDeadlineNanos());
    }

    private void status() {
        CarpBid advertised = (CarpBid) node.advertised();
        line(node.state() + " since " + seconds(node.sinceNanos()) + " ("
                + node.reason().text() + ")"
                + " advskew " + advertised.advskew() + " demote " + advertised.demote()
                + (node.takeoverPending() ? " takeover pending" : ""));
        InstanceCounts counts = node.counts();
        line("transitions " + counts.transitions() + " to-master " + counts.timesMaster() + " dual "
                + counts.dualMasters() + " ignored " + counts.ignoredInputs() + " suppress_preempt "
                + demotion.suppressPreempt());
        long deadline = node.nextDeadlineNanos();
        line("next " + (deadline == CarpInstance.NEVER ? "never" : seconds(deadline)));
        for (Peer peer : node.peers().peers()) {
            CarpBid bid = (CarpBid) peer.bid();
            line("peer " + peer.address().getHostAddress() + " advbase " + bid.advbase() + " advskew " + bid.advskew()
                    + " demote " + bid.demote() + " seen " + seconds(peer.lastSeenNanos()));
        }
    }

    private void perform(List<CarpAction> actions) {
        actions.forEach(action -> action.perform(this));
        if (takesAtOnce && actions.contains(new CarpAction.TakeAddresses())) {
            perform(node.onAddressesTaken(nowNanos));
        }
    }

    private void line(String text) {
        out.append(String.format(Locale.ROOT, "%12s  %s%n", seconds(nowNanos), text));
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.6f", nanos / NANOS);
    }

    @Override
    public void sendAdvertisement(CarpAction.SendAdvertisement action) {
        CarpBid bid = (CarpBid) action.bid();
        for (AddressFamily family : action.families()) {
            line("send " + family.name().toLowerCase(Locale.ROOT) + " advbase " + bid.advbase() + " advskew "
                    + bid.advskew() + " demote " + bid.demote());
        }
    }

    @Override
    public void requestStates(CarpAction.RequestStates action) {
        line("request states " + action.request());
    }

    @Override
    public void masterSilent() {
        line("master silent");
    }

    @Override
    public void masterDisplaced() {
        line("master displaced");
    }

    @Override
    public void twoMasters(CarpAction.TwoMasters action) {
        line(action.begins() ? "two masters" : "one master, after " + seconds(action.lastedNanos()));
    }

    @Override
    public void resign() {
        line("resign");
    }

    @Override
    public void beginTerm() {
        line("begin a term");
    }

    @Override
    public void takeAddresses() {
        line("take addresses");
    }

    @Override
    public void releaseAddresses() {
        line("release addresses");
    }

    @Override
    public void announce(CarpAction.Announce action) {
        line("announce " + action.repeat());
    }

    @Override
    public void stateChanged(CarpAction.StateChanged action) {
        line(action.from() + " -> " + action.to() + " (" + action.reason().text() + ")");
    }
}
