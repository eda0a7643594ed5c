// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.control.CommandFailure;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.pfsync.protocol.ReplicationStatus.PeerStatus;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Brings the changed files of all nodes into force at one moment, so that no node sends what the others do not accept. Every node reads and checks its file first. Then
 * they agree on a moment by how far away it is, since their clocks may differ. Each node goes back by itself unless it hears that all have succeeded, so a node that
 * fails, or a link that is cut meanwhile, leaves no two configurations behind.
 */
final class PairReload {
    static final String QUESTION = "reload";

    private static final long NO_TIMER = -1;
    private static final Duration CHECK_LIMIT = Duration.ofSeconds(4);
    /** From the agreement to the moment. */
    private static final long AHEAD_MILLIS = 700;
    /** A peer that has not agreed by then is not waited for. */
    private static final Duration AGREE_LIMIT = Duration.ofMillis(500);

    private static final Duration OUTCOME_LIMIT = Duration.ofSeconds(5);
    private static final Duration KEEP_LIMIT = Duration.ofSeconds(5);
    /** How long a change stays when nobody says that all nodes have made it. */
    private static final Duration UNSETTLED = Duration.ofSeconds(12);

    private final Vertx vertx;
    private final Supplier<String> node;
    private final Reload reload;
    private final PeerTalk talk;
    private final EventLog events;
    private volatile boolean isOfAll;
    private volatile Future<String> outcome = Future.succeededFuture("");
    private long timer = NO_TIMER;

    /** @param node this node's name, as the answer shows it */
    PairReload(Vertx vertx, Supplier<String> node, Reload reload, PeerTalk talk, EventLog events) {
        this.vertx = vertx;
        this.node = node;
        this.reload = reload;
        this.talk = talk;
        this.events = events;
        talk.respond(QUESTION, this::answer);
    }

    /**
     * Reloads on all nodes.
     *
     * @param dryRun only says what would change on each
     * @param confirm after which all go back, unless {@link #confirm} comes before on one of them; empty for never
     */
    Future<String> run(boolean dryRun, Optional<Duration> confirm) {
        return reload.prepare()
                .compose(here -> talk.allPeers("nothing is changed; carpctl reload changes this node alone")
                        .compose(peers -> talk.ask(peers, QUESTION + " check", CHECK_LIMIT)
                                .compose(checked -> refused(checked, "nothing is changed:"))
                                .compose(checked -> {
                                    String plan = node(here) + texts(checked);
                                    return dryRun ? Future.succeededFuture(plan) : agree(peers, confirm);
                                })));
    }

    private String node(String text) {
        return text.lines().map(line -> node.get() + ": " + line + "\n").collect(Collectors.joining());
    }

    private static String texts(List<PeerTalk.Reply> replies) {
        return replies.stream().map(PeerTalk.Reply::named).collect(Collectors.joining());
    }

    /** Fails where one of them did not answer as it should, with the worst of their statuses. */
    private static Future<List<PeerTalk.Reply>> refused(List<PeerTalk.Reply> replies, String consequence) {
        List<PeerTalk.Reply> refused =
                replies.stream().filter(reply -> !reply.isOk()).toList();
        if (refused.isEmpty()) {
            return Future.succeededFuture(replies);
        }
        boolean faulty = refused.stream().anyMatch(reply -> reply.exitStatus() == ExitStatus.CONFIGURATION_INVALID);
        return Future.failedFuture(new CommandFailure(
                faulty ? ExitStatus.CONFIGURATION_INVALID : ExitStatus.FAILED,
                consequence + "\n" + texts(refused).stripTrailing()));
    }

    private Future<String> agree(List<PeerStatus> peers, Optional<Duration> confirm) {
        Duration limit = confirm.orElse(UNSETTLED);
        long beginNanos = System.nanoTime();
        Future<String> own = applyIn(AHEAD_MILLIS, limit);
        Supplier<String> moment = () -> {
            long left = AHEAD_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - beginNanos);
            return String.format(Locale.ROOT, "%s in %d %d", QUESTION, left, limit.toMillis());
        };
        return talk.ask(peers, moment, AGREE_LIMIT)
                .compose(agreed -> refused(agreed, "not everybody agreed on the moment, so nothing is changed:"))
                .onFailure(e -> cancel(peers))
                .compose(agreed -> own)
                .compose(here -> talk.ask(peers, QUESTION + " outcome", OUTCOME_LIMIT)
                        .compose(there -> refused(there, "a node did not change, so all go back to what was before:"))
                        .map(there -> node(here) + texts(there)))
                .onFailure(e -> goBack(peers))
                .compose(changed -> confirm.isPresent()
                        ? Future.succeededFuture(
                                changed + "all go back in " + limit.toSeconds() + " s, unless: carpctl confirm\n")
                        : keep(peers).map(kept -> changed));
    }

    private synchronized Future<String> applyIn(long millis, Duration limit) {
        vertx.cancelTimer(timer);
        isOfAll = true;
        Promise<String> applied = Promise.promise();
        timer = vertx.setTimer(
                Math.max(1, millis), late -> reload.runPrepared(limit).onComplete(applied));
        outcome = applied.future();
        return outcome;
    }

    private void cancel(List<PeerStatus> peers) {
        cancelled();
        talk.ask(peers, QUESTION + " cancel", AGREE_LIMIT);
    }

    private synchronized Future<String> cancelled() {
        vertx.cancelTimer(timer);
        isOfAll = false;
        return Future.succeededFuture("cancelled\n");
    }

    private void goBack(List<PeerStatus> peers) {
        isOfAll = false;
        reload.goBack();
        talk.ask(peers, QUESTION + " back", KEEP_LIMIT);
    }

    /** The change stays, here and on the peers. */
    Future<String> confirm() {
        if (!isOfAll || !reload.isUnconfirmed()) {
            return reload.confirm();
        }
        return talk.peers().compose(this::keep);
    }

    private Future<String> keep(List<PeerStatus> peers) {
        isOfAll = false;
        if (reload.isUnconfirmed()) {
            reload.confirm();
        }
        return talk.ask(peers, QUESTION + " keep", KEEP_LIMIT)
                .compose(kept -> refused(
                        kept,
                        "changed here; whether it stays on the others is not known: carpctl config diff --peer tells"))
                .map(kept -> "the change stays on all nodes\n");
    }

    private Future<String> answer(List<String> words, Duration age) {
        return switch (words.isEmpty() ? "" : words.get(0)) {
            case "check" -> reload.prepare();
            case "in" -> agreed(words, age);
            case "outcome" -> outcome;
            case "cancel" -> cancelled();
            case "back" -> reload.goBack();
            case "keep" -> {
                isOfAll = false;
                yield reload.isUnconfirmed() ? reload.confirm() : Future.succeededFuture("nothing waits\n");
            }
            default -> Future.failedFuture("reload does not know the question " + words);
        };
    }

    private Future<String> agreed(List<String> words, Duration age) {
        try {
            long millis = Long.parseLong(words.get(1)) - age.toMillis();
            long limitMillis = Math.max(1, Math.min(Long.parseLong(words.get(2)), TimeUnit.HOURS.toMillis(1)));
            if (millis <= 0 || millis > AHEAD_MILLIS) {
                return Future.failedFuture("the moment has passed");
            }
            events.report("reload", "a peer reloads on all nodes in " + millis + " ms");
            applyIn(millis, Duration.ofMillis(limitMillis));
            return Future.succeededFuture("agreed\n");
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return Future.failedFuture("reload in takes two numbers");
        }
    }
}
