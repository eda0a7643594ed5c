// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.pfsync.flows.FlowName;
import io.mirrorcarp.pfsync.session.PeerBacklog;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/** What the peers lack, for programs. */
final class ReplicationJson {
    private static final int SCHEMA = 1;

    private ReplicationJson() {}

    static String backlogs(List<PeerBacklog> peers) {
        JsonArray all = new JsonArray();
        peers.forEach(peer -> all.add(backlog(peer)));
        return new JsonObject().put("schema", SCHEMA).put("peers", all).encodePrettily() + "\n";
    }

    private static JsonObject backlog(PeerBacklog peer) {
        JsonArray missing = new JsonArray();
        peer.changes()
                .forEach(change -> missing.add(
                        flow(change.flow()).put("action", change.action().name().toLowerCase(Locale.ROOT))));
        return new JsonObject()
                .put("node", peer.node())
                .put("listening", peer.listening())
                .put("digestMatches", peer.equal())
                .put("unacknowledgedFrames", peer.frames())
                .put("missing", missing);
    }

    private static JsonObject flow(FlowName flow) {
        return new JsonObject()
                .put("protoNumber", flow.protocol())
                .put("src", flow.source())
                .put("sport", flow.sourcePort())
                .put("dst", flow.destination())
                .put("dport", flow.destinationPort())
                .put("zone", flow.zone());
    }
}
