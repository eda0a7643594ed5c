// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.carp.io;

import io.mirrorcarp.netio.route.LinkAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * What tells the addresses that a daemon put on an interface from all others: their metric, which has no meaning for an address without a route to its subnet. The
 * kernel keeps it with the address, so a start after a crash finds what is to be removed without a file.
 */
final class LeaseMark {
    /** Set in every mark. No route has such a metric. */
    private static final int LEASE = 0x4000_0000;

    private LeaseMark() {}

    /** The mark of the daemon that has a file: the same after a restart, and another for another file. */
    static int of(Path file) {
        CRC32 crc = new CRC32();
        crc.update(file.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8));
        return LEASE | ((int) crc.getValue() & (LEASE - 1));
    }

    /** Whether an address is a virtual one, of this daemon or of another. */
    static boolean isOn(LinkAddress address) {
        return (address.metric() & ~(LEASE - 1)) == LEASE;
    }
}
