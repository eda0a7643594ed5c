// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

/**
 * The [global] table: the sysctls under net.inet.carp by their last names, and defaults for every virtual host.
 *
 * @param preempt take over from a master that advertises less often, and let all virtual hosts fail over together
 * @param allow answer CARP at all
 * @param log 0 nothing, 1 changes of state, 2 bad packets as well
 * @param arpbalance answer ARP by the hash of the asking address
 * @param advbase seconds between advertisements, 0 to 255
 * @param demotion how it is told, and what each trouble adds to it
 * @param downTimer how long a backup waits for a silent master
 * @param takeover when a node may take over
 */
public record GlobalConfiguration(
        boolean preempt,
        boolean allow,
        int log,
        boolean arpbalance,
        int advbase,
        DemotionConfiguration demotion,
        DownTimer downTimer,
        TakeoverConfiguration takeover) {}
