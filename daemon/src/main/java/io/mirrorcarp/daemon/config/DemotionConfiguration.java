// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

/**
 * How much each trouble adds to the node's demotion, 0 to 255.
 *
 * @param ifdown the link of a carpdev is lost
 * @param senderr advertisements cannot be sent
 * @param bulk the state table is not yet equal to the peer's
 */
public record DemotionConfiguration(int ifdown, int senderr, int bulk) {}
