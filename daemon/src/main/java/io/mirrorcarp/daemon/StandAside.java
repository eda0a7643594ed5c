// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.CarpSnapshot;
import io.mirrorcarp.carp.CarpVerticle;
import io.mirrorcarp.carp.election.CarpState;
import io.mirrorcarp.carp.election.DemotionSource;
import io.mirrorcarp.daemon.control.CommandFailure;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A planned failover to one of several peers: the others stand aside, as the node that hands over does, over the sealed channel. Each demotes itself; without an end once the failover
 * has come about, and for a while before, since the node that asked may die meanwhile.
 */
final class StandAside {
    private static final String QUESTION = "stand-aside";
    private static final String FOR = "for";
    private static final String DONE = "done";
    private static final String UNDONE = "undone";
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final CarpVerticle carp;
    private final PeerTalk talk;

    /** Answers from now on. */
    StandAside(CarpVerticle carp, PeerTalk talk) {
        this.carp = carp;
        this.talk = talk;
        talk.respond(QUESTION, (words, age) -> answer(words));
    }

    /**
     * Asks all peers but one. Fails where one does not, and none of them stands aside any more.
     *
     * @param to the node that is to take over
     * @param most how long they stand aside if they hear nothing more
     */
    Future<Void> begin(String to, Duration most) {
        return ask(to, FOR + " " + to + " " + most.toMillis()).compose(replies -> {
            String refused = replies.stream()
                    .filter(reply -> !reply.isOk())
                    .map(reply -> reply.peer().node() + " does not stand aside: "
                            + reply.text().strip())
                    .collect(Collectors.joining("; "));
            return refused.isEmpty()
                    ? Future.succeededFuture()
                    : undo(to).compose(undone -> failed(refused + "; nothing was changed"));
        });
    }

    /** The failover has come about. */
    Future<Void> keep(String to) {
        return ask(to, DONE + " " + to).mapEmpty();
    }

    /** The failover did not come about. */
    Future<Void> undo(String to) {
        return ask(to, UNDONE + " " + to).mapEmpty();
    }

    private Future<List<PeerTalk.Reply>> ask(String to, String words) {
        return talk.peers()
                .compose(peers -> talk.ask(
                        peers.stream().filter(peer -> !peer.node().equals(to)).toList(),
                        QUESTION + " " + words,
                        LIMIT));
    }

    private Future<String> answer(List<String> words) {
        if (words.size() == 3 && words.get(0).equals(FOR) && words.get(2).matches("\\d{1,9}")) {
            return carp.snapshot().compose(now -> raise(now, words.get(1), Long.parseLong(words.get(2))));
        }
        if (words.size() == 2 && words.get(0).equals(DONE)) {
            return carp.raiseDemotion(DemotionSource.failover(words.get(1), System.nanoTime()))
                    .compose(raised -> carp.snapshot())
                    .compose(now -> carp.handedOver(now.names(CarpState.BACKUP)))
                    .map("");
        }
        if (words.size() == 2 && words.get(0).equals(UNDONE)) {
            return carp.clearDemotion(DemotionSource.FAILOVER, "", "the failover did not come about")
                    .map("");
        }
        return failed("it is of a version that asks otherwise");
    }

    private Future<String> raise(CarpSnapshot now, String to, long millis) {
        List<String> masterOf = now.names(CarpState.MASTER);
        if (!masterOf.isEmpty()) {
            return failed("it is master of " + String.join(", ", masterOf)
                    + " itself; carpctl demote 240 --group GROUP there demotes it for a group alone");
        }
        long nowNanos = System.nanoTime();
        long untilNanos = nowNanos + Duration.ofMillis(millis).toNanos();
        // What an earlier failover waits for, to end its demotion, is about to come about.
        return carp.handedOver(List.of())
                .compose(forgotten ->
                        carp.raiseDemotion(DemotionSource.failover(to, nowNanos).until(untilNanos)))
                .map("");
    }

    private static <T> Future<T> failed(String sentence) {
        return Future.failedFuture(new CommandFailure(ExitStatus.NOT_IN_WANTED_STATE, sentence));
    }
}
