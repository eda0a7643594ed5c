// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.session;

import io.mirrorcarp.counter.CounterSet;

/** What every room works with of the sessions. */
public record SessionParts(
        ReplicationSettings settings,
        PeerTable peers,
        Candidates candidates,
        StreamSender stream,
        ControlSender control,
        CounterSet<PfsyncCounter> counters,
        SyncLink link) {}
