// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.bed;

import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.lab.net.LabHost;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** How many entries a host's connection tracking table has: nf_conntrack_count, read without a process or a thread of its own. */
public final class EntryCount implements AutoCloseable {
    private static final Path FILE = Path.of("/proc/sys/net/netfilter/nf_conntrack_count");
    private static final int DIGITS = 32;

    private final FileChannel file;
    private final ByteBuffer text = ByteBuffer.allocate(DIGITS);

    private EntryCount(FileChannel file) {
        this.file = file;
    }

    /** The count of a host, whichever thread asks for it. */
    public static EntryCount of(LabHost host) {
        return new EntryCount(host.call(() -> FileChannel.open(FILE, StandardOpenOption.READ)));
    }

    /** Entries now. */
    public long now() {
        try {
            text.clear();
            file.read(text, 0);
            return Long.parseLong(new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip());
        } catch (IOException e) {
            throw new LabException("cannot read the size of a table: " + e.getMessage(), e);
        }
    }

    /**
     * Waits until there are that many. Looks every 2 ms.
     *
     * @param patience how long the count may stand still before it is given up
     * @return whether it came to that
     */
    public boolean await(long wanted, Duration patience) {
        long last = -1;
        long changedNanos = System.nanoTime();
        while (true) {
            long count = now();
            if (count >= wanted) {
                return true;
            }
            long nowNanos = System.nanoTime();
            if (count != last) {
                last = count;
                changedNanos = nowNanos;
            } else if (nowNanos - changedNanos > patience.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new LabException("cannot close the size of a table: " + e.getMessage(), e);
        }
    }
}
