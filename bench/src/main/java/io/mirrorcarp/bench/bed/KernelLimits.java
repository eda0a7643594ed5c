// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.bench.bed;

import io.mirrorcarp.lab.net.Commands;
import io.mirrorcarp.lab.net.LabException;
import io.mirrorcarp.netio.route.Sysctl;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Room for large tables, for as long as the bench runs. The limit and the buckets are the machine's, not a namespace's: they are raised
 * where they are lower than what a measurement needs, and no further, since the kernel walks through all buckets whenever an address goes.
 * They are put back at the end, also after Ctrl-C. Meanwhile no second bench can start.
 */
public final class KernelLimits implements AutoCloseable {
    private static final Path LOCK = Path.of("/run/mirrorcarp-bench.lock");
    private static final String LIMIT = "netfilter/nf_conntrack_max";
    private static final String BUCKETS = "netfilter/nf_conntrack_buckets";
    private static final long MOST_BUCKETS = 1 << 21;

    private final FileChannel lock;
    private final Map<String, String> before = new LinkedHashMap<>();
    private final Thread atExit = new Thread(this::restore, "limits-restore");

    private KernelLimits(FileChannel lock) {
        this.lock = lock;
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Nothing is raised yet. Throws a {@link LabException} when another bench runs on this machine. */
    public static KernelLimits hold() {
        try {
            FileChannel lock = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock held = lock.tryLock();
            if (held == null) {
                lock.close();
                throw new LabException("another bench runs on this machine; two would measure each other: wait for it");
            }
            return new KernelLimits(lock);
        } catch (IOException e) {
            throw new LabException("cannot lock " + LOCK + ": " + e.getMessage(), e);
        }
    }

    /** Makes room for that many flows in each of two tables. A limit that was raised for more is put back. */
    public synchronized void fit(long flows) {
        restore();
        raise(BUCKETS, buckets(flows));
        raise(LIMIT, flows);
    }

    /** A power of two, about one for each tuple: an entry has two, and both tables are in one hash. */
    static long buckets(long flows) {
        return Math.min(MOST_BUCKETS, Long.highestOneBit(Math.max(1, 4 * flows)));
    }

    private void raise(String setting, long wanted) {
        try {
            Optional<String> value = Sysctl.read(setting);
            if (value.isEmpty()) {
                Commands.run("modprobe", "nf_conntrack");
                value = Sysctl.read(setting);
            }
            if (value.isEmpty()) {
                throw new LabException("this kernel has no connection tracking: load nf_conntrack");
            }
            if (Long.parseLong(value.get()) < wanted) {
                before.put(setting, value.get());
                Sysctl.write(setting, Long.toString(wanted));
            }
        } catch (IOException e) {
            throw new LabException("cannot raise the limits of connection tracking: " + e.getMessage(), e);
        }
    }

    private synchronized void restore() {
        before.forEach((setting, value) -> {
            try {
                Sysctl.write(setting, value);
            } catch (IOException e) {
                System.err.println("bench: cannot put back what was before: " + e.getMessage());
            }
        });
        before.clear();
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException ignored) {
            // The process is ending: the hook restores them, and restore() lets only one do it.
        }
        restore();
        try {
            lock.close();
        } catch (IOException e) {
            throw new LabException("cannot unlock " + LOCK + ": " + e.getMessage(), e);
        }
    }
}
