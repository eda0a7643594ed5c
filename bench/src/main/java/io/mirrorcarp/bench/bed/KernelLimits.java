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
 * Room for the largest table, for as long as the bench runs. The limit and the buckets are the machine's, not a namespace's: they are
 * raised where they are lower, and put back at the end, also after Ctrl-C. While they are raised no second bench can start.
 */
public final class KernelLimits implements AutoCloseable {
    private static final Path LOCK = Path.of("/run/mirrorcarp-bench.lock");
    private static final String SETTINGS = "netfilter/";

    /** 2,000,000 flows in two tables, and what the load adds. */
    private static final Map<String, Long> WANTED =
            Map.of("nf_conntrack_max", 8_000_000L, "nf_conntrack_buckets", 2_097_152L);

    private final FileChannel lock;
    private final Map<String, String> before = new LinkedHashMap<>();
    private final Thread atExit = new Thread(this::restore, "limits-restore");

    private KernelLimits(FileChannel lock) {
        this.lock = lock;
        Runtime.getRuntime().addShutdownHook(atExit);
        WANTED.forEach(this::raise);
    }

    /** Raises them. Throws a {@link LabException} when another bench runs on this machine. */
    public static KernelLimits raise() {
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

    private void raise(String name, long wanted) {
        try {
            Optional<String> value = Sysctl.read(SETTINGS + name);
            if (value.isEmpty()) {
                Commands.run("modprobe", "nf_conntrack");
                value = Sysctl.read(SETTINGS + name);
            }
            if (value.isEmpty()) {
                throw new LabException("this kernel has no connection tracking: load nf_conntrack");
            }
            if (Long.parseLong(value.get()) < wanted) {
                before.put(name, value.get());
                Sysctl.write(SETTINGS + name, Long.toString(wanted));
            }
        } catch (IOException e) {
            throw new LabException("cannot raise the limits of connection tracking: " + e.getMessage(), e);
        }
    }

    private synchronized void restore() {
        before.forEach((name, value) -> {
            try {
                Sysctl.write(SETTINGS + name, value);
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
