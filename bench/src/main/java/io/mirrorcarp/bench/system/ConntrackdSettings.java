// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.system;

import io.mirrorcarp.bench.bed.Bed;
import java.nio.file.Path;

/**
 * The configuration of one conntrackd, at its best: buffers that outlast a burst, a filter in the kernel, unicast over UDP on the sync
 * link.
 *
 * @param mode how it replicates
 * @param address its own on sync0
 * @param peer the other's on sync0
 */
record ConntrackdSettings(ConntrackdMode mode, String address, String peer) {
    private static final int EVENT_BUFFER_BYTES = 128 << 20;
    private static final int SOCKET_BUFFER_BYTES = 512 << 20;
    private static final int BUCKETS = 524_288;
    private static final int OBJECTS = 8_000_000;

    /**
     * The text of conntrackd.conf.
     *
     * @param directory absolute; lock, log and control socket are in it
     */
    String text(Path directory) {
        return """
                Sync {
                  %s
                  UDP {
                    IPv4_address %s
                    IPv4_Destination_Address %s
                    Port %d
                    Interface sync0
                    SndSocketBuffer %d
                    RcvSocketBuffer %5$d
                    Checksum on
                  }
                }
                General {
                  HashSize %d
                  HashLimit %d
                  LogFile %s
                  Syslog off
                  LockFile %s
                  UNIX { Path %s }
                  NetlinkBufferSize %d
                  NetlinkBufferSizeMaxGrowth %11$d
                  NetlinkOverrunResync off
                  Filter From Kernelspace {
                    Protocol Accept { TCP }
                  }
                }
                """.formatted(
                        mode.section(),
                        address,
                        peer,
                        Bed.CONNTRACKD_PORT,
                        SOCKET_BUFFER_BYTES,
                        BUCKETS,
                        OBJECTS,
                        directory.resolve("conntrackd-own.log"),
                        directory.resolve("conntrackd.lock"),
                        directory.resolve("conntrackd.ctl"),
                        EVENT_BUFFER_BYTES);
    }
}
