// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.vertx.core.Future;

/** Tells the status of carpdevs, and each change of it. */
public interface LinkMonitor {

    /** Ends it; done when nothing will be told any more. */
    Future<Void> close();
}
