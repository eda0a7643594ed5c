// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.control;

/**
 * What is wrong with the state channel.
 *
 * @param code its stable name, such as {@code wrong-key}
 * @param text what was seen
 * @param todo what to do about it
 * @param blocking whether states are lost by it, so that a failover is not safe
 */
public record LinkFault(String code, String text, String todo, boolean blocking) {}
