// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync.claims;

import io.mirrorcarp.pfsync.StateTable;
import io.mirrorcarp.pfsync.flows.FlowHash;
import io.mirrorcarp.pfsync.flows.FlowIndex;
import io.mirrorcarp.pfsync.session.SessionParts;

/** What decides about claims: the flows, whose they are, and the local table. */
public record ClaimParts(SessionParts session, FlowIndex index, FlowHash flowHash, Owners owners, StateTable table) {}
