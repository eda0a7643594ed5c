// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.web;

import io.vertx.core.Future;
import java.util.List;

/** What the other nodes say when they are asked over the sealed channel. A peer that does not answer in time is left out. */
public interface Peers {
    /** Of each that answers: what {@code carpctl status --json} says there. */
    Future<List<String>> statuses();

    /** Of each that answers: JSON with its {@code node}, and the changes that this node has not acknowledged, as {@code missing} and {@code missingCount}. */
    Future<List<String>> notHere();

    /** Of each that answers: JSON with its {@code node}, its {@code hostId}, and its latest {@code events}, oldest first. */
    Future<List<String>> events();
}
