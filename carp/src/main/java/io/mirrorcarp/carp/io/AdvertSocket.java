// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.vertx.core.Future;

/** Complete Ethernet frames on the segment of a carpdev. Used on the context that it was opened for. */
public interface AdvertSocket {

    /**
     * Sends one frame, now.
     *
     * @return 0, or the errno
     */
    int send(byte[] frame);

    /** Closes it; done when no frame will be given any more. */
    Future<Void> close();
}
