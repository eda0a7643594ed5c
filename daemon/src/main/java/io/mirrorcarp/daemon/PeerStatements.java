// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon;

import io.mirrorcarp.carp.PeerStatement;
import io.mirrorcarp.pfsync.message.Announcement;
import io.mirrorcarp.pfsync.protocol.ReplicationStatus.PeerStatus;
import io.mirrorcarp.pfsync.protocol.Verdict;
import java.util.ArrayList;
import java.util.List;

/** What peers in session announce of their advertisements, in the words of CARP. */
final class PeerStatements {
    private PeerStatements() {}

    static List<PeerStatement> of(List<PeerStatus> peers) {
        List<PeerStatement> statements = new ArrayList<>();
        for (PeerStatus peer : peers) {
            if (peer.verdict() == Verdict.LOST || peer.verdict() == Verdict.ALONE) {
                // What it said last may be long ago.
                continue;
            }
            Announcement said = peer.announcement();
            boolean proves = (said.abilities() & Announcement.PROVES) != 0;
            for (Announcement.Host host : said.hosts()) {
                statements.add(new PeerStatement(
                        peer.creatorId(), peer.node(), host.vhid(), host.addresses(), host.sequence(), proves));
            }
        }
        return statements;
    }
}
