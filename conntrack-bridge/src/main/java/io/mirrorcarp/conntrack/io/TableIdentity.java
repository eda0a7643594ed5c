// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Names the connection tracking table of a network namespace: by the boot of the kernel and by the namespace. */
final class TableIdentity {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path NAMESPACE = Path.of("/proc/thread-self/ns/net");

    private TableIdentity() {}

    /**
     * The table of the calling thread's network namespace; 0 where /proc does not tell.
     *
     * @param mark what {@link FlushWitness#name()} calls it: a namespace may get the number of one that is gone
     */
    static long read(int mark) {
        try {
            String name = Files.readString(BOOT).strip() + " " + Files.readSymbolicLink(NAMESPACE) + " " + mark;
            return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.US_ASCII))
                    .getMostSignificantBits();
        } catch (IOException | UnsupportedOperationException e) {
            return 0;
        }
    }
}
