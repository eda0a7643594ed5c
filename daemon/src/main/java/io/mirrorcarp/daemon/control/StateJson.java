// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

import io.mirrorcarp.conntrack.entry.ConntrackEntry;
import io.mirrorcarp.conntrack.entry.ConntrackStatus;
import io.mirrorcarp.conntrack.entry.IpProtocol;
import io.mirrorcarp.pfsync.message.FlowTuple;
import io.vertx.core.json.JsonObject;

/** A state as one JSON object in one line. Its keys are the names of the options that filter states. */
final class StateJson {
    private StateJson() {}

    static String line(ConntrackEntry entry, String owner) {
        int protocol = entry.original.protocol;
        JsonObject json =
                new JsonObject().put("proto", ProtocolNames.name(protocol)).put("protoNumber", protocol);
        if (entry.hasTimeout) {
            json.put("timeoutSeconds", entry.timeoutSeconds);
        }
        if (entry.hasProtocolState) {
            json.put("state", ProtocolNames.state(protocol, entry.protocolState));
        }
        tuple(json, entry.original);
        json.put("reply", tuple(new JsonObject(), entry.reply))
                .put("replied", (entry.status & ConntrackStatus.SEEN_REPLY) != 0)
                .put("assured", (entry.status & ConntrackStatus.ASSURED) != 0)
                .put("offloaded", (entry.status & ConntrackStatus.OFFLOAD) != 0)
                .put("mark", Integer.toUnsignedLong(entry.mark))
                .put("zone", entry.zone);
        if (!owner.isEmpty()) {
            json.put("owner", owner);
        }
        return json.encode() + "\n";
    }

    private static JsonObject tuple(JsonObject json, FlowTuple tuple) {
        json.put("src", StateText.address(tuple, true)).put("dst", StateText.address(tuple, false));
        if (IpProtocol.isIcmp(tuple.protocol)) {
            json.put("type", tuple.destinationPort >>> 8)
                    .put("code", tuple.destinationPort & 0xff)
                    .put("id", tuple.sourcePort);
        } else if (tuple.protocol == IpProtocol.GRE) {
            json.put("srckey", tuple.sourcePort).put("dstkey", tuple.destinationPort);
        } else if (IpProtocol.hasPorts(tuple.protocol)) {
            json.put("sport", tuple.sourcePort).put("dport", tuple.destinationPort);
        }
        return json;
    }
}
