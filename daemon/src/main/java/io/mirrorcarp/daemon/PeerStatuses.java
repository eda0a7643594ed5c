// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.daemon.control.Commands;
import io.mirrorcarp.daemon.control.DaemonCommands;
import io.mirrorcarp.daemon.control.Event;
import io.mirrorcarp.daemon.control.EventLog;
import io.mirrorcarp.daemon.control.JsonText;
import io.mirrorcarp.daemon.web.Peers;
import io.mirrorcarp.proto.control.Request;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What each peer says of itself, asked over the sealed channel; and the answers to peers that ask. */
final class PeerStatuses implements Peers {
    private static final String STATUS = "status";
    private static final String MISSING = "missing";
    private static final String EVENTS = "events";
    private static final Duration LIMIT = Duration.ofSeconds(2);
    /** An answer has room for some hundred; a page shows the first. */
    private static final int MOST_CHANGES = 20;

    /** As many as are sure to have room in an answer, and no more than a page shows. */
    private static final int MOST_EVENTS = 100;

    private static final int EVENTS_LENGTH = 45_000;

    private final PeerTalk talk;
    private final DaemonCommands daemon;

    /** Answers from now on. */
    PeerStatuses(PeerTalk talk, DaemonCommands daemon, EventLog events) {
        this.talk = talk;
        this.daemon = daemon;
        Commands commands = new Commands(daemon);
        talk.respond(
                STATUS,
                (words, age) -> commands.run(Request.newBuilder()
                                .setStatus(Request.Status.newBuilder().setJson(true))
                                .build())
                        .map(Commands.Answer::out));
        talk.respond(
                MISSING,
                (words, age) -> commands.run(Request.newBuilder()
                                .setMissingStates(
                                        Request.MissingStates.newBuilder().setJson(true))
                                .build())
                        .map(answer -> shortened(new JsonObject(answer.out()))));
        talk.respond(
                EVENTS,
                (words, age) -> daemon.status().map(own -> events(own.node(), own.hostId(), events.last(MOST_EVENTS))));
    }

    /** The latest that have room in an answer, oldest first. */
    static String events(String node, String hostId, List<Event> latest) {
        List<String> texts = new ArrayList<>();
        int length = 0;
        for (int i = latest.size() - 1; i >= 0 && length < EVENTS_LENGTH; i--) {
            String text = JsonText.event(latest.get(i)).strip();
            length += text.getBytes(StandardCharsets.UTF_8).length + 1;
            if (length < EVENTS_LENGTH) {
                texts.add(0, text);
            }
        }
        return new JsonObject()
                .put("node", node)
                .put("hostId", hostId)
                .put("events", new JsonArray("[" + String.join(",", texts) + "]"))
                .encode();
    }

    @Override
    public Future<List<String>> statuses() {
        return texts(STATUS);
    }

    @Override
    public Future<List<String>> events() {
        return texts(EVENTS);
    }

    private Future<List<String>> texts(String question) {
        return ask(question)
                .map(replies -> replies.stream().map(PeerTalk.Reply::text).toList());
    }

    @Override
    public Future<List<String>> notHere() {
        return daemon.status()
                .compose(own -> ask(MISSING)
                        .map(replies -> replies.stream()
                                .flatMap(reply -> ofThisNode(reply, own.node()).stream())
                                .toList()));
    }

    private Future<List<PeerTalk.Reply>> ask(String question) {
        return talk.peers()
                .compose(peers -> talk.ask(peers, question, LIMIT))
                .map(replies -> replies.stream().filter(PeerTalk.Reply::isOk).toList());
    }

    /** Of what a peer says of all its peers, that of this node, under the peer's own name. */
    private static Optional<String> ofThisNode(PeerTalk.Reply reply, String own) {
        try {
            return objects(new JsonObject(reply.text()))
                    .filter(peer -> own.equals(peer.getString("node")))
                    .map(peer -> peer.put("node", reply.peer().node()).encode())
                    .findFirst();
        } catch (DecodeException | ClassCastException e) {
            // Another version may answer what this one does not understand.
            return Optional.empty();
        }
    }

    /** The first changes of each, and how many there are. */
    static String shortened(JsonObject backlogs) {
        objects(backlogs).forEach(peer -> {
            JsonArray all = peer.getJsonArray("missing", new JsonArray());
            peer.put("missingCount", all.size());
            peer.put("missing", new JsonArray(all.stream().limit(MOST_CHANGES).toList()));
        });
        return backlogs.encode();
    }

    private static Stream<JsonObject> objects(JsonObject backlogs) {
        return backlogs.getJsonArray("peers", new JsonArray()).stream().map(JsonObject.class::cast);
    }
}
