// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp;

import io.mirrorcarp.carp.election.DemotionSource;
import java.util.List;

/**
 * What holds for all virtual hosts of the node.
 *
 * @param allow net.inet.carp.allow
 * @param logLevel net.inet.carp.log: 0 nothing, 1 changes, 2 bad packets as well
 * @param linkDemotion what each carpdev without link adds to the demotion, 0 or more
 * @param sendErrorDemotion what each carpdev on which sending fails adds, 0 or more
 * @param initialDemotion sources that are there before the first advertisement
 */
public record CarpOptions(
        boolean allow, int logLevel, int linkDemotion, int sendErrorDemotion, List<DemotionSource> initialDemotion) {
    /** FreeBSD's factor. */
    public static final int FACTOR = 240;

    /** FreeBSD's defaults. */
    public static final CarpOptions DEFAULT = new CarpOptions(true, 1, FACTOR, FACTOR, List.of());

    public CarpOptions {
        initialDemotion = List.copyOf(initialDemotion);
    }
}
