// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.lab;

/**
 * One line of the time line.
 *
 * @param seconds since the master was taken down; negative for what came before
 * @param node the host that it happened on
 * @param text what happened
 */
record TimedEvent(double seconds, String node, String text) {}
