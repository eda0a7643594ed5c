// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

/**
 * How demotion is told to the other nodes, and how much each trouble adds to it, 0 to 255.
 *
 * @param mode how the other nodes are told
 * @param ifdown the link of a carpdev is lost
 * @param senderr advertisements cannot be sent
 * @param bulk the state table is not yet equal to the peer's
 */
public record DemotionConfiguration(DemotionMode mode, int ifdown, int senderr, int bulk) {}
