// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.ctl.trace;

import java.nio.ByteBuffer;

/** What a frame says, in words. */
public interface FrameText {
    /**
     * One line, as tcpdump would print it.
     *
     * @param frame an Ethernet frame, between position and limit
     */
    String of(ByteBuffer frame);
}
