// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.config;

import java.time.Duration;

/**
 * When a node may take over, from the [global] table.
 *
 * @param preemptDelay how long a living master must have been worse before it is preempted; zero for at once
 * @param startHoldOff how long at most a node that starts stays backup until its services are ready; zero for not at all
 */
public record TakeoverConfiguration(Duration preemptDelay, Duration startHoldOff) {
    public TakeoverConfiguration withStartHoldOff(Duration changed) {
        return new TakeoverConfiguration(preemptDelay, changed);
    }
}
