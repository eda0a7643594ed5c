// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.daemon.host;

import io.mirrorcarp.netio.Errno;
import io.mirrorcarp.netio.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The rights of this process, and what to do where one is missing. */
public final class Rights {
    /** What to do about a filter of system calls. */
    public static final String LET_PASS = "let it pass what systemd calls @system-service";

    /** uapi/linux/capability.h. */
    private static final int CAP_NET_ADMIN = 12;

    private static final int CAP_NET_RAW = 13;
    private static final int HEX = 16;

    /** uapi/linux/seccomp.h. */
    private static final String SECCOMP_MODE_FILTER = "2";

    private static final Path STATUS = Path.of("/proc/thread-self/status");

    private Rights() {}

    /** The effective capabilities as bits; all of them where they cannot be read. */
    public static long held() {
        return status("CapEff:")
                .map(digits -> Long.parseUnsignedLong(digits, HEX))
                .orElse(-1L);
    }

    /** Whether a filter of system calls is in force, as seccomp(2) makes one: that of a container or a unit, or any other. */
    public static boolean areCallsFiltered() {
        return status("Seccomp:").filter(SECCOMP_MODE_FILTER::equals).isPresent();
    }

    /** A line of proc(5) {@code status}; empty where it cannot be read. */
    private static Optional<String> status(String name) {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(name.length()).strip())
                    .findFirst();
        } catch (IOException expected) {
            return Optional.empty();
        }
    }

    /** Names what carpd cannot do without; empty where nothing is missing. */
    public static Optional<String> missing(long held) {
        boolean admin = (held & 1L << CAP_NET_ADMIN) != 0;
        boolean raw = (held & 1L << CAP_NET_RAW) != 0;
        if (admin && raw) {
            return Optional.empty();
        }
        String lack = admin ? "CAP_NET_RAW" : raw ? "CAP_NET_ADMIN" : "CAP_NET_ADMIN and CAP_NET_RAW";
        return Optional.of(
                "this process lacks " + lack + ": it cannot answer for addresses; run it as root, or give the"
                        + " unit or the container CAP_NET_ADMIN and CAP_NET_RAW");
    }

    /** What to do about a start that failed, where the kernel refused a call to a process that has the rights; else an empty text. */
    public static String wayOut(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ErrnoException refused
                    && (refused.errno() == Errno.EPERM || refused.errno() == Errno.EACCES)) {
                return ": a filter of system calls refuses it (seccomp of a container, SystemCallFilter= of a unit): "
                        + LET_PASS;
            }
        }
        return "";
    }
}
