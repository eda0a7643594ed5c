// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.control.CommandFailure;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.pfsync.message.Question;
import io.mirrorcarp.pfsync.protocol.ReplicationStatus.PeerStatus;
import io.mirrorcarp.pfsync.protocol.Verdict;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What the daemons of a cluster say to one another for their administrator, over the sealed channel. A question is a few words. An answer is an exit status in its first
 * line, and a text.
 */
final class PeerTalk {
    /** What a peer answered; {@link ExitStatus#NO_DAEMON} where it did not. */
    record Reply(PeerStatus peer, int exitStatus, String text) {
        boolean isOk() {
            return exitStatus == ExitStatus.OK;
        }

        /** {@code NODE: TEXT}, for each line. */
        String named() {
            return text.strip()
                    .indent(0)
                    .lines()
                    .map(line -> peer.node() + ": " + line)
                    .reduce("", (a, b) -> a + b + "\n");
        }
    }

    /** Answers the questions that begin with one word. */
    interface Responder {
        /**
         * Answers one question.
         *
         * @param words the rest of the question
         * @param age how long ago it was asked first
         * @return a text; a {@link CommandFailure} tells its status
         */
        Future<String> answer(List<String> words, Duration age);
    }

    private final Supplier<Replication> replication;
    private final Map<String, Responder> responders = new ConcurrentHashMap<>();
    private final Map<Integer, Future<?>> last = new HashMap<>();

    PeerTalk(Supplier<Replication> replication) {
        this.replication = replication;
    }

    /** From now on, questions that begin with this word are answered. */
    void respond(String word, Responder responder) {
        responders.put(word, responder);
    }

    /** The peers that are there. */
    Future<List<PeerStatus>> peers() {
        return replication
                .get()
                .snapshot()
                .map(states -> states.map(on -> on.pfsync().status().peers().stream()
                                .filter(peer -> peer.verdict() != Verdict.LOST)
                                .toList())
                        .orElse(List.of()));
    }

    /** The peers that are there; fails where there is none, or one of those that were is silent. */
    Future<List<PeerStatus>> allPeers(String otherwise) {
        return replication.get().snapshot().compose(states -> {
            List<PeerStatus> all =
                    states.map(on -> on.pfsync().status().peers()).orElse(List.of());
            String silent = all.stream()
                    .filter(peer -> peer.verdict() == Verdict.LOST)
                    .map(PeerStatus::node)
                    .findFirst()
                    .orElse(all.isEmpty() ? "the peer" : "");
            return silent.isEmpty()
                    ? Future.succeededFuture(all)
                    : Future.failedFuture(new CommandFailure(
                            ExitStatus.NOT_IN_WANTED_STATE,
                            silent + " does not answer on the sync device: " + otherwise));
        });
    }

    /** Asks each of them at once; done when each has answered, or its time is over. */
    Future<List<Reply>> ask(List<PeerStatus> peers, String question, Duration limit) {
        return ask(peers, () -> question, limit);
    }

    /** The same with a question that is worded when it is a peer's turn to hear it. */
    Future<List<Reply>> ask(List<PeerStatus> peers, Supplier<String> question, Duration limit) {
        List<Future<Reply>> replies = new ArrayList<>();
        for (PeerStatus peer : peers) {
            replies.add(inTurn(peer, question, limit)
                    .map(answer -> answer.map(text -> reply(peer, text))
                            .orElseGet(() -> new Reply(
                                    peer,
                                    ExitStatus.NO_DAEMON,
                                    "no answer: it is busy, or of a version that does not know the question"))));
        }
        return Future.all(replies)
                .map(all -> replies.stream().map(Future::result).toList());
    }

    /** To each peer there is one question at a time. */
    private synchronized Future<Optional<String>> inTurn(PeerStatus peer, Supplier<String> question, Duration limit) {
        Future<?> before = last.getOrDefault(peer.creatorId(), Future.succeededFuture());
        Future<Optional<String>> next =
                before.otherwiseEmpty().compose(free -> replication.get().ask(peer.creatorId(), question.get(), limit));
        last.put(peer.creatorId(), next);
        return next;
    }

    private static Reply reply(PeerStatus peer, String answer) {
        int end = answer.indexOf('\n');
        try {
            return new Reply(
                    peer,
                    Integer.parseInt(answer.substring(0, Math.max(0, end))),
                    printable(answer.substring(end + 1)));
        } catch (NumberFormatException e) {
            return new Reply(peer, ExitStatus.FAILED, "an answer without a status");
        }
    }

    /** What could move a cursor becomes a question mark. */
    private static String printable(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints()
                .map(c ->
                        c != '\n' && (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) ? '?' : c)
                .forEach(clean::appendCodePoint);
        return clean.toString();
    }

    /** A peer asks. */
    void onQuestion(int creatorId, Question question) {
        List<String> words = List.of(question.text().split(" "));
        Responder responder = responders.get(words.get(0));
        Future<String> answer = responder == null
                ? Future.failedFuture("this node does not know the question \"" + words.get(0) + "\"")
                : responder.answer(words.subList(1, words.size()), Duration.ofMillis(question.ageMillis()));
        answer.onComplete(done -> replication
                .get()
                .answer(
                        creatorId,
                        question.id(),
                        done.succeeded()
                                ? ExitStatus.OK + "\n" + done.result()
                                : status(done.cause()) + "\n" + text(done.cause())));
    }

    private static int status(Throwable failure) {
        return failure instanceof CommandFailure known ? known.exitStatus() : ExitStatus.FAILED;
    }

    private static String text(Throwable failure) {
        return Optional.ofNullable(failure.getMessage()).orElse(Objects.toString(failure));
    }
}
