// SPDX-License-Identifier: BSD-2-Clause
package io.mirrorcarp.conntrack.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * net.netfilter.nf_conntrack_tcp_be_liberal: while it is 1, the kernel takes segments outside of the window of every TCP connection. The file
 * stays open, and so stays that of the network namespace in which it was opened.
 */
final class LiberalSetting implements AutoCloseable {
    private static final Path FILE = Path.of("/proc/sys/net/netfilter/nf_conntrack_tcp_be_liberal");
    private static final int DIGITS = 16;
    private static final String ON = "1";
    private static final String NAME = "net.netfilter.nf_conntrack_tcp_be_liberal";

    private static final Logger LOG = LoggerFactory.getLogger("conntrack");

    private final @Nullable FileChannel file;
    /** What the administrator has set; null unless it is raised. */
    private volatile @Nullable String before;
    /** The same, as it was seen last; null before that. */
    private @Nullable String seen;

    private LiberalSetting(@Nullable FileChannel file) {
        this.file = file;
    }

    /** Opens the setting; one that may not be written is left alone, with a warning. */
    static LiberalSetting open() {
        try {
            return new LiberalSetting(FileChannel.open(FILE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException e) {
            LOG.warn(
                    "{} cannot be written ({}): connections that come back to this node may stand still for a moment; run sysctl -w"
                            + " net.netfilter.nf_conntrack_tcp_be_liberal=1",
                    FILE,
                    e.getMessage());
            return new LiberalSetting(null);
        }
    }

    /** Sets it to 1 until {@link #restore}. */
    void raise() {
        FileChannel open = file;
        if (open == null || before != null) {
            return;
        }
        try {
            before = read(open);
            write(open, ON);
        } catch (IOException e) {
            LOG.warn("cannot set {}: {}", FILE, e.getMessage());
        }
    }

    /** The administrator's value while it is raised, else empty. Any thread may ask. */
    Optional<String> hidden() {
        return Optional.ofNullable(before);
    }

    /** Whether it stands in for the flags of the entries: not where it may not be written. */
    boolean isRaised() {
        return before != null;
    }

    /** Gives it back the administrator's value. */
    void restore() {
        FileChannel open = file;
        String value = before;
        if (open == null || value == null) {
            return;
        }
        try {
            write(open, value);
            before = null;
        } catch (IOException e) {
            before = null;
            LOG.warn("cannot set {} back to {}: {}", FILE, value, e.getMessage());
        }
    }

    /**
     * Looks at what somebody else made of it. While it is raised, 1 comes back at once, and the other value when it is no longer needed.
     *
     * @return what is to be told, or null
     */
    @Nullable
    String look() {
        FileChannel open = file;
        if (open == null) {
            return null;
        }
        try {
            String now = read(open);
            if (before != null && !now.equals(ON)) {
                before = now;
                seen = now;
                write(open, ON);
                return NAME + " was set to " + now + " and is 1 again: this node still needs it for connections that"
                        + " passed another one. It will be " + now + " afterwards";
            }
            String earlier = seen;
            if (before != null || now.equals(earlier)) {
                return null;
            }
            seen = now;
            return earlier == null ? null : NAME + " was " + earlier + " and is " + now + " now" + meaning(now);
        } catch (IOException e) {
            return null;
        }
    }

    private static String meaning(String value) {
        return value.equals("0")
                ? ": connections that open from now on are checked for their windows"
                : ": the windows of TCP connections are not checked, so forged segments pass";
    }

    private static String read(FileChannel open) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(DIGITS);
        open.read(text, 0);
        return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip();
    }

    private static void write(FileChannel open, String value) throws IOException {
        open.write(ByteBuffer.wrap(value.getBytes(StandardCharsets.US_ASCII)), 0);
    }

    @Override
    public void close() {
        restore();
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException e) {
            LOG.warn("close {}: {}", FILE, e.getMessage());
        }
    }
}
