// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.pfsync;

import io.mirrorcarp.pfsync.session.SyncPaths;

/**
 * One of the node's paths at one moment.
 *
 * @param standing whether it serves, and why not
 * @param link what is known of the link beside the sessions
 */
public record PathSnapshot(SyncPaths.Status standing, LinkSnapshot link) {}
