// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.control.CommandFailure;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.ExitStatus;
import io.mirrorcarp.pfsync.protocol.ReplicationStatus.PeerStatus;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Gives all nodes new passphrases, which it draws, in three steps over the sealed channel: all accept the next one too; all sign with it; all forget the one before. At each moment every node accepts
 * what every other one sends. A step that does not succeed everywhere ends it, and what is accepted by then stays accepted.
 */
final class PassphraseRotation {
    static final String QUESTION = "passphrase";

    private static final Duration LIMIT = Duration.ofSeconds(4);

    /** As many bytes as a passphrase can have. */
    private static final int LENGTH = 19;

    private static final Pattern NEXT = Pattern.compile("[A-Za-z0-9_-]{" + LENGTH + "}");

    private final Vertx vertx;
    private final Reload reload;
    private final PeerTalk talk;
    private final EventLog events;
    private final PassphraseFiles files = new PassphraseFiles();
    private final SecureRandom random = new SecureRandom();

    PassphraseRotation(Vertx vertx, Reload reload, PeerTalk talk, EventLog events) {
        this.vertx = vertx;
        this.reload = reload;
        this.talk = talk;
        this.events = events;
        talk.respond(QUESTION, (words, age) -> answer(words));
    }

    /** Changes them on all nodes; the text says what was done. No passphrase is in it. */
    Future<String> run() {
        return talk.allPeers("nothing is changed")
                .compose(peers -> draw().compose(next -> {
                    String words = next.entrySet().stream()
                            .map(one -> one.getKey() + "=" + one.getValue())
                            .collect(Collectors.joining(" "));
                    return step(peers, "stage " + words)
                            .recover(e -> step(peers, "finish").transform(undone -> Future.failedFuture(e)))
                            .compose(staged -> step(peers, "use").recover(PassphraseRotation::halfWay))
                            .compose(used -> step(peers, "finish"))
                            .map(done -> (next.size() == 1 ? "a new passphrase" : next.size() + " new passphrases")
                                    + " on all nodes, in the files of passFile\n");
                }));
    }

    private static Future<String> halfWay(Throwable failure) {
        return Future.failedFuture(new CommandFailure(
                ExitStatus.FAILED,
                failure.getMessage()
                        + "\nthe nodes accept the passphrase before and the new one, and that stays so: copy "
                        + "the passFile of a node that has the new one to the others, remove the files that end in .next, "
                        + "and carpctl reload --both"));
    }

    /** A new passphrase for each of the present ones, by the digest of that. */
    private Future<Map<String, String>> draw() {
        return vertx.executeBlocking(() -> {
            Map<String, String> next = new LinkedHashMap<>();
            for (String digest : PassphraseFiles.byDigest(reload.present()).keySet()) {
                byte[] bytes = new byte[LENGTH];
                random.nextBytes(bytes);
                next.put(digest, Base64.getUrlEncoder().encodeToString(bytes).substring(0, LENGTH));
            }
            return next;
        });
    }

    /** Here first, so that a fault of this node's changes nothing on the others. */
    private Future<String> step(List<PeerStatus> peers, String words) {
        return answer(List.of(words.split(" ")))
                .compose(here -> talk.ask(peers, QUESTION + " " + words, LIMIT))
                .compose(replies -> {
                    String refused = replies.stream()
                            .filter(reply -> !reply.isOk())
                            .map(PeerTalk.Reply::named)
                            .collect(Collectors.joining());
                    return refused.isEmpty()
                            ? Future.succeededFuture("")
                            : Future.failedFuture(new CommandFailure(ExitStatus.FAILED, refused.stripTrailing()));
                });
    }

    private Future<String> answer(List<String> words) {
        return switch (words.isEmpty() ? "" : words.get(0)) {
            case "stage" -> unchanged().compose(same -> stage(words.subList(1, words.size())));
            case "use" ->
                written(() -> {
                    files.use();
                    return true;
                });
            case "finish" ->
                written(() -> {
                    files.finish();
                    return true;
                });
            default -> Future.failedFuture("passphrase does not know the question " + words.get(0));
        };
    }

    private Future<String> stage(List<String> words) {
        Map<String, String> next = words.stream()
                .map(word -> word.split("=", 2))
                .filter(parts -> parts.length == 2 && NEXT.matcher(parts[1]).matches())
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1], (a, b) -> b, LinkedHashMap::new));
        return written(() -> {
            files.stage(reload.present(), next);
            events.report("carp", "the passphrases are being changed on all nodes");
            return true;
        });
    }

    /** A reload brings everything into force that is in the file: nothing else must be. */
    private Future<String> unchanged() {
        return reload.run(true, Optional.empty())
                .compose(
                        plan -> plan.startsWith("nothing has changed")
                                ? Future.succeededFuture(plan)
                                : Future.failedFuture(
                                        new CommandFailure(
                                                ExitStatus.NOT_IN_WANTED_STATE,
                                                "the file has changes that are not in force: carpctl reload, or take them back, first")));
    }

    private Future<String> written(Callable<Boolean> what) {
        return vertx.executeBlocking(what).compose(done -> reload.run(false, Optional.empty()));
    }
}
