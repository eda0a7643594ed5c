// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.control.Commands;
import io.mirrorcarp.daemon.control.DaemonCommands;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;

/** The status of each peer in its own words, asked over the sealed channel; and the answer to peers that ask. */
final class PeerStatuses {
    private static final String QUESTION = "status";
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final PeerTalk talk;

    /** Answers from now on. */
    PeerStatuses(PeerTalk talk, DaemonCommands daemon) {
        this.talk = talk;
        Commands commands = new Commands(daemon);
        talk.respond(
                QUESTION,
                (words, age) -> commands.run(List.of("status", "--json")).map(Commands.Answer::out));
    }

    /** What {@code carpctl status --json} says there; of those that answer in time. */
    Future<List<String>> ask() {
        return talk.peers()
                .compose(peers -> talk.ask(peers, QUESTION, LIMIT))
                .map(replies -> replies.stream()
                        .filter(PeerTalk.Reply::isOk)
                        .map(PeerTalk.Reply::text)
                        .toList());
    }
}
