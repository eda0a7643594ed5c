// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.election;

import java.util.List;

/**
 * What holds for all virtual hosts of a node.
 *
 * @param allow net.inet.carp.allow
 * @param preempt net.inet.carp.preempt
 * @param linkDemotion what each carpdev without link adds to the demotion, 0 or more
 * @param faultDemotion what each carpdev on which sending fails adds, and each virtual host whose addresses cannot be taken; 0 or more
 * @param initialDemotion sources that are there before the first advertisement
 */
public record NodeSettings(
        boolean allow, boolean preempt, int linkDemotion, int faultDemotion, List<DemotionSource> initialDemotion) {
    public NodeSettings {
        initialDemotion = List.copyOf(initialDemotion);
    }
}
